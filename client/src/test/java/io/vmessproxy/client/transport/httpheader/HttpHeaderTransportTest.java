package io.vmessproxy.client.transport.httpheader;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.LateFailure;
import io.vmessproxy.client.transport.Origin;
import io.vmessproxy.client.transport.ServerDate;
import io.vmessproxy.client.transport.TransportException;
import io.vmessproxy.client.transport.TransportSettings.HttpHeader;
import io.vmessproxy.client.transport.http1.FakeConnection;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpHeaderTransportTest {
  private static final Origin ORIGIN =
      new Origin(new Destination(Address.of("a.example"), 8080), null);

  /** As v2ray 4.34 answers. */
  private static final String ANSWER =
      """
      HTTP/1.1 200 OK\r
      Content-Type: application/octet-stream\r
      Transfer-Encoding: chunked\r
      Connection: keep-alive\r
      Pragma: no-cache\r
      Date: Thu, 26 Nov 2026 01:00:00 GMT\r
      \r
      """;

  private final FakeConnection connection = new FakeConnection();

  private Channel open(Map<String, List<String>> headers, String... paths) {
    HttpHeader settings = new HttpHeader("GET", List.of(paths), headers);
    return connection.openWith(new HttpHeaderTransport(connection, settings, ORIGIN)).getNow();
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  @AfterEach
  void close() {
    connection.channel().finishAndReleaseAll();
  }

  @Test
  void opensAtOnceAndSendsTheHeadWithTheFirstWrite() {
    Channel stream = open(Map.of(), "/p");
    assertThat(connection.sent()).isEmpty();
    stream.writeAndFlush(bytes("first"));

    assertThat(connection.channel().outboundMessages()).as("one write").hasSize(1);
    String head = connection.sentText();
    assertThat(head)
        .startsWith("GET /p HTTP/1.1\r\nHost: a.example:8080\r\nUser-Agent: Mozilla/5.0 ")
        .endsWith("\r\n\r\nfirst");
    stream.writeAndFlush(bytes("second"));
    assertThat(connection.sentText()).isEqualTo("second");
  }

  @Test
  void picksOneOfEachListByChance() {
    Set<String> seen = new TreeSet<>();
    for (int i = 0; i < 200; i++) {
      HttpHeaderTransportTest test = new HttpHeaderTransportTest();
      Channel stream = test.open(Map.of("Host", List.of("x", "y"), "A", List.of("1")), "/p", "q");
      stream.writeAndFlush(bytes("!"));
      seen.add(test.connection.sentText());
      test.close();
    }

    assertThat(seen)
        .containsExactly(
            "GET /p HTTP/1.1\r\nHost: x\r\nA: 1\r\n\r\n!",
            "GET /p HTTP/1.1\r\nHost: y\r\nA: 1\r\n\r\n!",
            "GET /q HTTP/1.1\r\nHost: x\r\nA: 1\r\n\r\n!",
            "GET /q HTTP/1.1\r\nHost: y\r\nA: 1\r\n\r\n!");
  }

  @Test
  void aLinksHostDoesNotTakeTheBrowsersHeadersAway() {
    open(Map.of("host", List.of("free.example")), "/").writeAndFlush(bytes("!"));

    assertThat(connection.sentText())
        .containsIgnoringCase("Host: free.example\r\n")
        .contains("User-Agent: ", "Accept-Encoding: gzip, deflate\r\n")
        .doesNotContain("a.example");
  }

  @Test
  void skipsAHeadCutAtEveryByteAndNothingElse() {
    byte[] wire = (ANSWER + "5\r\nraw").getBytes(StandardCharsets.US_ASCII);
    for (int cut = 1; cut < wire.length; cut++) {
      HttpHeaderTransportTest test = new HttpHeaderTransportTest();
      Channel stream = test.open(Map.of(), "/");
      stream.config().setAutoRead(true);
      test.connection.receive(Arrays.copyOf(wire, cut));
      test.connection.receive(Arrays.copyOfRange(wire, cut, wire.length));

      assertThat(test.connection.receivedText()).as("cut at %d", cut).isEqualTo("5\r\nraw");
      assertThat(ServerDate.ahead(stream)).isPresent();
      test.close();
    }
  }

  @Test
  void takesTheHeadByteByByteEvenWhileReadsAreAskedForOneByOne() {
    Channel stream = open(Map.of(), "/");
    stream.read();
    for (int i = 0; i < ANSWER.length(); i++) {
      connection.receive(ANSWER.substring(i, i + 1));
    }
    connection.receive("raw");

    assertThat(connection.receivedText()).isEqualTo("raw");
    assertThat(connection.reads()).as("one more for each piece of the head").isGreaterThan(100);
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 404 Not Found, WRONG_PATH",
    "HTTP/1.1 400 Bad Request, HTTP_STATUS",
    "HTTP/1.0 502 Bad Gateway, HTTP_STATUS",
    "SSH-2.0, TRANSPORT",
    "'\u0015\u0003\u0001', PLAIN_TO_TLS"
  })
  void aRefusalIsNotedAndTheChannelCloses(String line, Failure expected) {
    Channel stream = open(Map.of(), "/");
    stream.config().setAutoRead(true);
    connection.receive(line + "\r\nContent-Length: 0\r\n\r\nmore");

    assertThat(connection.receivedText()).isEmpty();
    assertThat(stream.isOpen()).isFalse();
    assertThat(LateFailure.of(stream))
        .get()
        .returns(expected, TransportException::failure)
        .returns("http-header", TransportException::stage);
  }

  @Test
  void aHeadWithoutEndIsBounded() {
    Channel stream = open(Map.of(), "/");
    connection.receive("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(2000));

    assertThat(stream.isOpen()).isFalse();
    assertThat(LateFailure.of(stream))
        .map(TransportException::evidence)
        .contains("head: no end within 8192 bytes");
  }
}
