package io.vmessproxy.client.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.inbound.FrontEnd;
import io.vmessproxy.client.inbound.TestPeer;
import io.vmessproxy.client.inbound.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a request reaches the server. */
class PlainRequestTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  @Test
  void rewritesTheHeadForTheServer() throws IOException {
    String seen =
        forwarded(
            "a.example:80",
            "GET http://a.example/p?q=http://x HTTP/1.1\r\nHost: wrong\r\nAccept: */*\r\n\r\n");

    assertThat(seen.lines())
        .startsWith("GET /p?q=http://x HTTP/1.1")
        .contains("Accept: */*", "host: a.example", "connection: close")
        .hasSize(5);
  }

  @Test
  void removesWhatBelongsToOneHop() throws IOException {
    String seen =
        forwarded(
            "a.example:80",
            String.join(
                "\r\n",
                "GET http://a.example/ HTTP/1.1",
                "Connection: keep-alive, X-Hop, host, authorization",
                "X-Hop: 1",
                "Authorization: Basic eA==",
                "Proxy-Connection: keep-alive",
                "Keep-Alive: 5",
                "TE: trailers",
                "Proxy-Authorization: Basic eA==",
                "Upgrade: h2c",
                "Trailer: X",
                "Proxy-Authenticate: x",
                "",
                ""));

    assertThat(seen.lines())
        .containsExactlyInAnyOrder(
            "GET / HTTP/1.1",
            "Authorization: Basic eA==",
            "te: trailers",
            "connection: close",
            "connection: te",
            "host: a.example",
            "");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,     http://a.example,          a.example:80,     GET / ,       a.example",
    "GET,     HTTP://a.example?q,        a.example:80,     GET /?q ,     a.example",
    "GET,     http://a.example:8080/x#f, a.example:8080,   GET /x ,      a.example:8080",
    "GET,     http://a.example:/,        a.example:80,     GET / ,       a.example:",
    "GET,     http://[2001:db8::1]/,     [2001:db8::1]:80, GET / ,       [2001:db8::1]",
    "OPTIONS, http://a.example,          a.example:80,     OPTIONS * ,   a.example",
    "get,     http://under_score/,       under_score:80,   get / ,       under_score",
    "GET,     ws://a.example/chat,       a.example:80,     GET /chat ,   a.example",
  })
  void readsTheUrl(String method, String url, String destination, String line, String host)
      throws IOException {
    String seen = forwarded(destination, method + " " + url + " HTTP/1.1\r\n\r\n");

    assertThat(seen.lines()).startsWith(line + " HTTP/1.1").contains("host: " + host);
  }

  @Test
  void turnsUserInfoIntoAuthorization() throws IOException {
    String seen = forwarded("a.example:80", "GET http://u:p%40+@a.example/ HTTP/1.1\r\n\r\n");

    assertThat(seen.lines()).contains("authorization: Basic dTpwQCs=", "host: a.example");
  }

  @Test
  void passesBytesThatAreNotAscii() throws IOException {
    String seen =
        forwarded(
            "a.example:80",
            "GET http://a.example/\u00c3\u00a4 HTTP/1.1\r\nX[1]: \u00c3\u00a4\r\n\r\n");

    assertThat(seen.lines())
        .startsWith("GET /\u00c3\u00a4 HTTP/1.1")
        .contains("X[1]: \u00c3\u00a4");
  }

  @Test
  void forwardsTheHeadBeforeTheBodyAndTheServersContinue() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("a.example:80", server);
        TestPeer client = front.connect()) {
      client.send(
          "PUT http://a.example/ HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
      try (TestPeer target = server.accept()) {
        assertThat(target.readHead()).contains("Expect: 100-continue");
        target.send("HTTP/1.1 100 Continue\r\n\r\n");
        assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
        client.send("body");
        assertThat(target.readText(4)).isEqualTo("body");
        target.send(OK);
        assertThat(client.readUntil("ok")).startsWith("HTTP/1.1 200 OK");
      }
    }
  }

  @Test
  void closesWhereTheAnswerComesBeforeTheBody() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("a.example:80", server);
        TestPeer client = front.connect()) {
      client.send(
          "PUT http://a.example/ HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
      try (TestPeer target = server.accept()) {
        target.readHead();
        target.send("HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n");
        assertThat(client.readAll())
            .startsWith("HTTP/1.1 417 No\r\n")
            .containsIgnoringCase("connection: close");
      }
    }
  }

  @Test
  void dropsExpectOfAnHttp10Client() throws IOException {
    String seen =
        forwarded("a.example:80", "GET http://a.example/ HTTP/1.0\r\nExpect: 100-continue\r\n\r\n");

    assertThat(seen).startsWith("GET / HTTP/1.1\r\n").doesNotContain("Expect");
  }

  @Test
  void streamsChunksUpWithTheirTrailers() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("a.example:80", server);
        TestPeer client = front.connect()) {
      client.send(
          String.join(
              "\r\n",
              "POST http://a.example/ HTTP/1.1",
              "Transfer-Encoding: chunked",
              "Trailer: X",
              "",
              "3;ext=1",
              "abc",
              ""));
      try (TestPeer target = server.accept()) {
        assertThat(target.readHead())
            .containsIgnoringCase("transfer-encoding: chunked")
            .contains("Trailer: X");
        assertThat(target.readUntil("abc\r\n")).isEqualTo("3\r\nabc\r\n");
        client.send("2\r\nde\r\n0\r\nX: y\r\n\r\n");
        assertThat(target.readUntil("\r\n\r\n")).isEqualTo("2\r\nde\r\n0\r\nX: y\r\n\r\n");
      }
    }
  }

  @Test
  void readsARequestByteByByte() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("a.example:80", server);
        TestPeer client = front.connect()) {
      String request = "POST http://a.example/ HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody";
      client.sendByteByByte(request.getBytes(StandardCharsets.US_ASCII));

      try (TestPeer target = server.accept()) {
        assertThat(target.readHead()).startsWith("POST / HTTP/1.1\r\n");
        assertThat(target.readText(4)).isEqualTo("body");
      }
    }
  }

  @Test
  void answersAnApplicationThatHasEnded() throws IOException {
    try (TestServer server = TestServer.answering(OK);
        FrontEnd front = FrontEnd.open().route("a.example:80", server);
        TestPeer client = front.connect()) {
      client.send("GET http://a.example/ HTTP/1.1\r\n\r\n").finish();

      assertThat(client.readAll()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nok");
    }
  }

  @Test
  void closesTheStreamWhenTheApplicationIsGone() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("a.example:80", server);
        TestPeer client = front.connect()) {
      client.send("POST http://a.example/ HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf");
      try (TestPeer target = server.accept()) {
        target.readHead();
        client.reset();
        assertThat(target.readText(4)).isEqualTo("half");
        assertThat(target.readAll()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"TRACE, message/http", "OPTIONS, Allow"})
  void answersItselfWhereNoForwardIsLeft(String method, String content) throws IOException {
    try (FrontEnd front = FrontEnd.open();
        TestPeer client = front.connect()) {
      client.send(method + " http://a.example/ HTTP/1.1\r\nMax-Forwards: 0\r\nCookie: s\r\n\r\n");

      assertThat(client.readAll())
          .startsWith("HTTP/1.1 200 OK\r\n")
          .containsIgnoringCase(content)
          .doesNotContain("Cookie");
      assertThat(front.sessions()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE", "OPTIONS"})
  void countsForwards(String method) throws IOException {
    String seen =
        forwarded(
            "a.example:80", method + " http://a.example/ HTTP/1.1\r\nMax-Forwards: 3\r\n\r\n");

    assertThat(seen.lines()).contains("max-forwards: 2");
  }

  /** The head that the server of {@code destination} gets. */
  private static String forwarded(String destination, String request) throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route(destination, server);
        TestPeer client = front.connect()) {
      client.send(request);
      try (TestPeer target = server.accept()) {
        return target.readHead();
      }
    }
  }
}
