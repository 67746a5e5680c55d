package io.vmessproxy.client.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.inbound.FrontEnd;
import io.vmessproxy.client.inbound.TestPeer;
import io.vmessproxy.client.inbound.TestServer;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MalformedRequestTest {
  private static final String LINE = "POST http://a.example/ HTTP/1.1\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        "Content-Length: 3, 4\r\n\r\nabc",
        "Content-Length: +3\r\n\r\nabc",
        "Content-Length: -3\r\n\r\nabc",
        "Content-Length: x\r\n\r\nabc",
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
        "Content-Length : 3\r\n\r\nabc",
        "X: y\r\n folded\r\n\r\n",
        " X: y\r\n\r\n",
        "X: a\rb\r\n\r\n",
        "X: a\r\r\n\r\n",
        "X: a\u0000b\r\n\r\n",
        "X y\r\n\r\n",
        ": y\r\n\r\n",
        "Host: a.example\r\nHost: b.example\r\n\r\n",
      })
  void refusesHeadsThatCanBeReadInTwoWays(String headers) throws IOException {
    assertThat(answerTo(LINE + headers)).startsWith("HTTP/1.1 400 Bad Request\r\n");
  }

  @ParameterizedTest
  @CsvSource({"'gzip, chunked', 501", "xchunked, 400", "identity, 400", "'chunked, chunked', 400"})
  void knowsNoTransferCodingButChunks(String coding, String status) throws IOException {
    assertThat(answerTo(LINE + "Transfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n"))
        .startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void refusesChunksFromAnHttp10Client() throws IOException {
    String request = "POST http://a.example/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n";

    assertThat(answerTo(request)).startsWith("HTTP/1.0 400 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/index.html", "*", "a.example/", "http:///x", "http://a:0/"})
  void refusesTargetsThatAreNoUrl(String target) throws IOException {
    assertThat(answerTo("GET " + target + " HTTP/1.1\r\nHost: a.example\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
  }

  /** A page in a browser that looks for local ports learns the same, whatever it asks. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /?u=http://a.example/ HTTP/1.1\r\nHost: 127.0.0.1:1080\r\n\r\n",
        "GET index.html HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n",
        "GET / HTTP/1.1\r\nProxy-Authorization: Basic YTpi\r\n\r\n",
      })
  void tellsABrowserThatThisIsAProxyPort(String request) throws IOException {
    assertThat(answerTo(request))
        .contains("This is a proxy port")
        .isEqualTo(answerTo("GET / HTTP/1.1\r\nHost: 127.0.0.1:1080\r\n\r\n"));
  }

  @Test
  void tellsToUseConnectForHttps() throws IOException {
    assertThat(answerTo("GET https://a.example/ HTTP/1.1\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ")
        .contains("CONNECT");
  }

  @Test
  void carriesNoOtherScheme() throws IOException {
    assertThat(answerTo("GET ftp://a.example/ HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 501 ");
  }

  @Test
  void refusesHttp2() throws IOException {
    assertThat(answerTo("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")).startsWith("HTTP/1.1 505 ");
  }

  @Test
  void limitsTheRequestLine() throws IOException {
    assertThat(answerTo("GET http://a.example/" + "a".repeat(17 << 10) + " HTTP/1.1\r\n\r\n"))
        .startsWith("HTTP/1.1 414 ");
  }

  @ParameterizedTest
  @ValueSource(ints = {70 << 10, 1 << 20})
  void limitsTheHead(int size) throws IOException {
    assertThat(answerTo(LINE + "X: " + "a".repeat(size) + "\r\n\r\n")).startsWith("HTTP/1.1 431 ");
  }

  @Test
  void limitsTheHeadMadeOfManyHeaders() throws IOException {
    assertThat(answerTo(LINE + "X: abc\r\n".repeat(20_000) + "\r\n")).startsWith("HTTP/1.1 431 ");
  }

  @Test
  void refusesItselfAsTarget() throws IOException {
    try (FrontEnd front = FrontEnd.open();
        TestPeer client = front.connect()) {
      client.send("GET http://localhost:" + front.port() + "/ HTTP/1.1\r\n\r\n");

      assertThat(client.readAll()).startsWith("HTTP/1.1 508 ");
    }
  }

  @Test
  void escapesWhatItQuotes() throws IOException {
    assertThat(answerTo("CONNECT a:1 HTTP/1.1\r\n<script>: x\r\nX<script> y\r\n\r\n"))
        .doesNotContain("<script>");
  }

  @Test
  void refusesAMalformedChunk() throws IOException {
    try (TestServer server = TestServer.start();
        FrontEnd front = FrontEnd.open().route("a.example:80", server);
        TestPeer client = front.connect()) {
      client.send(LINE + "Transfer-Encoding: chunked\r\n\r\nzz\r\n");

      assertThat(client.readAll()).startsWith("HTTP/1.1 400 ");
    }
  }

  /** Everything that comes back, from a front end behind which nothing must be opened. */
  private static String answerTo(String request) throws IOException {
    try (FrontEnd front = FrontEnd.open();
        TestPeer client = front.connect()) {
      String answer = client.send(request).readAll();
      assertThat(front.sessions()).isEmpty();
      return answer;
    }
  }
}
