package io.vmessproxy.client.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.inbound.FrontEnd;
import io.vmessproxy.client.inbound.TestPeer;
import io.vmessproxy.client.inbound.TestServer;
import io.vmessproxy.client.session.Failure;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What of an answer reaches the application, and what becomes of its connection. */
class PlainResponseTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String GET = "GET http://a.example/ HTTP/1.1\r\n\r\n";
  private static final String GET_10 = "GET http://a.example/ HTTP/1.0\r\n\r\n";
  private static final Duration LATE = Duration.ofSeconds(60);
  private static final Duration SOON = Duration.ofMillis(200);

  @Test
  void keepsAConnectionAcrossHosts() throws IOException {
    try (TestServer a = TestServer.answering(OK.replace("ok", "aa"));
        TestServer b = TestServer.answering(OK.replace("ok", "bb"));
        FrontEnd front = FrontEnd.open().route("a.example:80", a).route("b.example:80", b);
        TestPeer client = front.connect()) {
      assertThat(client.send(GET).readUntil("aa"))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .containsIgnoringCase("connection: keep-alive");
      assertThat(client.send(GET.replace("a.ex", "b.ex")).readUntil("bb"))
          .startsWith("HTTP/1.1 200 OK\r\n");
    }
  }

  @Test
  void answersPipelinedRequestsInOrder() throws IOException {
    try (TestServer a = TestServer.answering(OK.replace("ok", "aa"));
        TestServer b = TestServer.answering(OK.replace("ok", "bb"));
        FrontEnd front = FrontEnd.open().route("a.example:80", a).route("b.example:80", b);
        TestPeer client = front.connect()) {
      String requests =
          IntStream.range(0, 10)
              .mapToObj(i -> i % 2 == 0 ? GET : GET.replace("a.ex", "b.ex"))
              .collect(Collectors.joining());
      client.send(requests).finish();

      String bodies =
          Pattern.compile("\r\n\r\n(aa|bb)")
              .matcher(client.readAll())
              .results()
              .map(found -> found.group(1))
              .collect(Collectors.joining());
      assertThat(bodies).isEqualTo("aabb".repeat(5));
      assertThat(front.sessions()).hasSize(10);
    }
  }

  @Test
  void saysProxyConnectionOnlyToThoseWhoSaidIt() throws IOException {
    String request = "GET http://a.example/ HTTP/1.1\r\nProxy-Connection: keep-alive\r\n\r\n";

    assertThat(answered(request, OK, "ok")).containsIgnoringCase("proxy-connection: keep-alive");
    assertThat(answered(GET, OK, "ok")).doesNotContainIgnoringCase("proxy-connection");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET http://a.example/ HTTP/1.0\r\n\r\n",
        "GET http://a.example/ HTTP/1.1\r\nConnection: close\r\n\r\n",
        "GET http://a.example/ HTTP/1.1\r\nProxy-Connection: close\r\n\r\n"
      })
  void closesWhereTheApplicationWantsIt(String request) throws IOException {
    assertThat(answered(request, OK, "")).containsIgnoringCase("connection: close\r\n");
  }

  @Test
  void keepsAnHttp10ConnectionThatAsksForIt() throws IOException {
    String request = "GET http://a.example/ HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n";

    assertThat(answered(request, OK, "ok"))
        .startsWith("HTTP/1.0 200 OK")
        .containsIgnoringCase("connection: keep-alive");
  }

  @Test
  void framesAnAnswerWithoutLengthInChunks() throws IOException {
    assertThat(answered(GET, "HTTP/1.0 200 OK\r\n\r\nall of it", "0\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .containsIgnoringCase("transfer-encoding: chunked")
        .containsIgnoringCase("connection: keep-alive")
        .endsWith("\r\n\r\n9\r\nall of it\r\n0\r\n\r\n");
  }

  @Test
  void givesAnHttp10ClientTheBodyUntilTheEnd() throws IOException {
    assertThat(answered(GET_10, "HTTP/1.1 200 OK\r\n\r\nall of it", ""))
        .startsWith("HTTP/1.0 200 OK\r\n")
        .containsIgnoringCase("connection: close")
        .endsWith("\r\n\r\nall of it");
  }

  @Test
  void passesChunksAndTrailersOn() throws IOException {
    String answer =
        String.join(
            "\r\n",
            "HTTP/1.1 200 OK",
            "Transfer-Encoding: chunked",
            "Trailer: X",
            "",
            "3",
            "abc",
            "0",
            "X: y",
            "",
            "");

    assertThat(answered(GET, answer, "X: y\r\n\r\n")).endsWith("3\r\nabc\r\n0\r\nX: y\r\n\r\n");
    assertThat(answered(GET_10, answer, "")).endsWith("\r\n\r\nabc");
  }

  @Test
  void removesWhatBelongsToOneHop() throws IOException {
    String answer =
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: X-Hop, close\r\nX-Hop: 1\r\n"
            + "Keep-Alive: 9\r\nUpgrade: h2\r\nProxy-Authenticate: x\r\nX-End: 1\r\n\r\nok";

    assertThat(answered(GET, answer, "ok").lines())
        .containsExactlyInAnyOrder(
            "HTTP/1.1 200 OK", "Content-Length: 2", "X-End: 1", "connection: keep-alive", "", "ok");
  }

  @Test
  void knowsThatHeadHasNoBody() throws IOException {
    String request = GET.replace("GET", "HEAD");
    String head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";

    assertThat(answered(request, head, "\r\n\r\n"))
        .contains("Content-Length: 5")
        .containsIgnoringCase("connection: keep-alive");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "304 Not Modified\r\nContent-Length: 5",
        "204 No Content",
        "304 Not Modified\r\nTransfer-Encoding: chunked"
      })
  void knowsAnswersWithoutBody(String status) throws IOException {
    String both = GET + GET.replace("/ ", "/2 ");

    String first = answered(both, "HTTP/1.1 " + status + "\r\n\r\n", "\r\n\r\n");
    assertThat(first)
        .startsWith("HTTP/1.1 " + status.substring(0, 3))
        .containsIgnoringCase("connection: keep-alive");
  }

  @Test
  void passesEarlyHintsOn() throws IOException {
    String answer = "HTTP/1.1 103 Early Hints\r\nLink: </s>\r\n\r\n" + OK;

    assertThat(answered(GET, answer, "ok"))
        .startsWith("HTTP/1.1 103 Early Hints\r\nLink: </s>\r\n\r\nHTTP/1.1 200 OK\r\n");
    assertThat(answered(GET_10, answer, "ok")).startsWith("HTTP/1.0 200 OK\r\n");
  }

  @Test
  void saysItsOwnVersionInInterimAnswers() throws IOException {
    String answer = "HTTP/0.1 103 Early Hints\r\n\r\n" + OK;

    assertThat(answered(GET, answer, "ok")).startsWith("HTTP/1.1 103 Early Hints\r\n");
  }

  @Test
  void relaysAnUpgradeRaw() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("a.example:80", server);
        TestPeer client = front.connect()) {
      client.send(
          String.join(
              "\r\n",
              "GET http://a.example/chat HTTP/1.1",
              "Connection: keep-alive, Upgrade",
              "Upgrade: websocket",
              "Proxy-Connection: x",
              "",
              "early"));
      try (TestPeer target = server.accept()) {
        assertThat(target.readHead())
            .contains("Connection: keep-alive, Upgrade\r\n", "Upgrade: websocket\r\n")
            .doesNotContain("Proxy-Connection");
        target.send(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
                + "Upgrade: websocket\r\n\r\nfirst");
        assertThat(client.readUntil("first"))
            .startsWith("HTTP/1.1 101 ")
            .contains("Upgrade: websocket\r\n");
        assertThat(target.readText(5)).isEqualTo("early");
        client.send("up").finish();
        assertThat(target.readAll()).isEqualTo("up");
        target.send("down").finish();
        assertThat(client.readAll()).isEqualTo("down");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\nX: y\r\n",
        "SSH-2.0-OpenSSH\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n"
      })
  void answersBadGatewayForWhatIsNoAnswer(String answer) throws IOException {
    assertThat(answered(GET, answer, "")).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
  }

  @Test
  void answersBadGatewayForAHeadThatIsTooLong() throws IOException {
    String answer = "HTTP/1.1 200 OK\r\nX: " + "a".repeat(70 << 10) + "\r\n\r\n";

    assertThat(answered(GET, answer, "")).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhalf"
      })
  void resetsTheApplicationWhereTheAnswerIsTorn(String answer) throws IOException {
    try (TestServer server = TestServer.answering(answer);
        FrontEnd front = FrontEnd.open().route("a.example:80", server);
        TestPeer client = front.connect()) {
      client.send(GET);

      assertThat(client.endsInReset()).isTrue();
    }
  }

  @Test
  void resetsTheApplicationWhereABodyWithoutLengthBreaksOff() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("a.example:80", server);
        TestPeer client = front.connect()) {
      client.send(GET);
      TestPeer target = server.accept();
      target.readHead();
      target.send("HTTP/1.1 200 OK\r\n\r\nhalf");
      client.readUntil("half");
      target.reset();

      assertThat(client.endsInReset()).isTrue();
    }
  }

  @Test
  void saysWhyThereIsNoStream() throws IOException {
    try (FrontEnd front = FrontEnd.open().failing(Failure.TIMED_OUT);
        TestPeer client = front.connect()) {
      assertThat(client.send(GET).readAll())
          .startsWith("HTTP/1.1 504 Gateway Timeout\r\n")
          .contains("server a&lt;b&gt;.example:443, connect: no luck");
    }
  }

  @Test
  void givesUpAServerThatDoesNotAnswer() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.withTimeouts(LATE, LATE, SOON).route("a.example:80", server);
        TestPeer client = front.connect()) {
      assertThat(client.send(GET).readAll()).startsWith("HTTP/1.1 504 Gateway Timeout\r\n");
    }
  }

  @Test
  void closesAConnectionWithoutANextRequest() throws IOException {
    try (TestServer server = TestServer.answering(OK);
        FrontEnd front = FrontEnd.withTimeouts(LATE, SOON, LATE).route("a.example:80", server);
        TestPeer client = front.connect()) {
      assertThat(client.send(GET).readAll()).endsWith("ok");
    }
  }

  /** What a client reads until {@code end}, or until the connection ends where that is empty. */
  private static String answered(String request, String answer, String end) throws IOException {
    try (TestServer server = TestServer.answering(answer);
        FrontEnd front = FrontEnd.open().route("a.example:80", server);
        TestPeer client = front.connect()) {
      client.send(request);
      return end.isEmpty() ? client.readAll() : client.readUntil(end);
    }
  }
}
