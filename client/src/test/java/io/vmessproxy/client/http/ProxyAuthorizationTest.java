package io.vmessproxy.client.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.vmessproxy.client.inbound.FrontEnd;
import io.vmessproxy.client.inbound.TestPeer;
import io.vmessproxy.client.inbound.TestServer;
import io.vmessproxy.client.session.Credentials;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyAuthorizationTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String LOGIN = "Proxy-Authorization: Basic bWU6cGE6c3M=\r\n"; // me:pa:ss

  @ParameterizedTest
  @CsvSource({"Basic bWU6cGE6c3M=", "basic bWU6cGE6c3M", "BASIC   bWU6cGE6c3M="})
  void acceptsTheSchemeInAnyCaseAndWithoutPadding(String value) {
    assertThat(ProxyAuthorization.accepts(header(value), users("me", "pa:ss"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic bWU6cGE6c3Q=", "Bearer bWU6cGE6c3M=", "Basic ???", "Basic", ""})
  void refusesEverythingElse(String value) {
    assertThat(ProxyAuthorization.accepts(header(value), users("me", "pa:ss"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "ISO-8859-1"})
  void readsBothCharsetsOfThePassword(String charset) {
    byte[] login = "me:p\u00e4ss".getBytes(Charset.forName(charset));
    String value = "Basic " + Base64.getEncoder().encodeToString(login);

    assertThat(ProxyAuthorization.accepts(header(value), users("me", "p\u00e4ss"))).isTrue();
  }

  @Test
  void asksAndLetsTheClientTryAgainOnTheSameConnection() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.withLogin("me", "pa:ss").route("a.example:80", server);
        TestPeer client = front.connect()) {
      client.send("POST http://a.example/ HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody");
      String asked = client.readHead();
      client.readUntil("</p>\n");
      client.send("GET http://a.example/ HTTP/1.1\r\n" + LOGIN + "\r\n");

      assertThat(asked)
          .startsWith("HTTP/1.1 407 ")
          .containsIgnoringCase("proxy-authenticate: Basic realm=")
          .containsIgnoringCase("connection: keep-alive");
      try (TestPeer target = server.accept()) {
        assertThat(target.readHead()).doesNotContainIgnoringCase("proxy-authorization");
        target.send(OK);
        assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK");
      }
    }
  }

  @Test
  void asksEachRequestOfAConnection() throws IOException {
    try (TestServer server = TestServer.answering(OK);
        FrontEnd front = FrontEnd.withLogin("me", "pa:ss").route("a.example:80", server);
        TestPeer client = front.connect()) {
      client.send("GET http://a.example/ HTTP/1.1\r\n" + LOGIN + "\r\n");
      assertThat(client.readUntil("ok")).startsWith("HTTP/1.1 200 OK");

      client.send("GET http://a.example/ HTTP/1.1\r\n\r\n");
      assertThat(client.readHead()).startsWith("HTTP/1.1 407 ");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 65537\r\n\r\n",
        "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n",
        "Connection: close\r\n\r\n"
      })
  void closesWhereTheNextRequestCannotBeFound(String rest) throws IOException {
    try (FrontEnd front = FrontEnd.withLogin("me", "pass");
        TestPeer client = front.connect()) {
      String answer = client.send("POST http://a.example/ HTTP/1.1\r\n" + rest).readAll();

      assertThat(answer).startsWith("HTTP/1.1 407 ").containsIgnoringCase("connection: close");
    }
  }

  @Test
  void asksForConnectToo() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.withLogin("me", "pa:ss").route("a.example:443", server);
        TestPeer client = front.connect()) {
      client.send("CONNECT a.example:443 HTTP/1.1\r\n\r\n");
      assertThat(client.readHead()).startsWith("HTTP/1.1 407 ");
      client.readUntil("</p>\n");

      client.send("CONNECT a.example:443 HTTP/1.1\r\n" + LOGIN + "\r\n");
      assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
    }
  }

  private static HttpHeaders header(String value) {
    return new DefaultHttpHeaders().set("Proxy-Authorization", value);
  }

  private static Credentials users(String user, String password) {
    return new Credentials(
        List.of(new Credentials.Login("other", "else"), new Credentials.Login(user, password)));
  }
}
