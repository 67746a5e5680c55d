package io.vmessproxy.client.transport.httpheader;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.vmessproxy.client.transport.TransportSettings.HttpHeader;
import io.vmessproxy.client.transport.http1.FakeConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpHeaderInboundTest {
  private final FakeConnection connection = new FakeConnection();
  private final List<Channel> streams = new ArrayList<>();

  @BeforeEach
  void accept() {
    new HttpHeaderInbound(new HttpHeader("GET", List.of("/a", "/b c"), Map.of()))
        .accept(
            connection.channel(),
            stream -> {
              streams.add(stream);
              stream.config().setAutoRead(true);
            });
  }

  @AfterEach
  void close() {
    connection.channel().finishAndReleaseAll();
  }

  @Test
  void takesAHeadCutAtEveryByte() {
    byte[] wire = "GET /a HTTP/1.1\r\nHost: h\r\n\r\nraw".getBytes(StandardCharsets.US_ASCII);
    for (int cut = 1; cut < wire.length; cut++) {
      HttpHeaderInboundTest test = new HttpHeaderInboundTest();
      test.accept();
      test.connection.receive(Arrays.copyOf(wire, cut));
      test.connection.receive(Arrays.copyOfRange(wire, cut, wire.length));

      assertThat(test.connection.receivedText()).as("cut at %d", cut).isEqualTo("raw");
      test.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET /a HTTP/1.1", "POST /a?x HTTP/1.0", "X /b%20c HTTP/2.0"})
  void looksAtThePathAlone(String line) {
    connection.receive(line + "\r\n\r\n");

    assertThat(streams).containsExactly(connection.channel());
  }

  @Test
  void answersWithTheFirstBytesInOneWrite() {
    connection.receive("GET /a HTTP/1.1\r\n\r\n");
    assertThat(connection.sent()).isEmpty();
    connection.channel().writeAndFlush(Unpooled.copiedBuffer("raw", StandardCharsets.US_ASCII));

    assertThat(connection.channel().outboundMessages()).hasSize(1);
    assertThat(connection.sentText())
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("Transfer-Encoding: chunked\r\n", "Connection: keep-alive\r\n", "\r\nDate: ")
        .endsWith("\r\n\r\nraw");
    connection.channel().writeAndFlush(Unpooled.copiedBuffer("2", StandardCharsets.US_ASCII));
    assertThat(connection.sentText()).isEqualTo("2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/a/", "/A", "/b", "http://h/a"})
  void anotherPathIsNotFound(String path) {
    connection.receive("GET " + path + " HTTP/1.1\r\n\r\n");

    assertThat(connection.sentText())
        .matches(
            """
            HTTP/1.1 404 Not Found\r
            Connection: close\r
            Date: [^\r]+ GMT\r
            Content-Length: 0\r
            Cache-Control: private\r
            \r
            """);
    assertThat(streams).isEmpty();
    assertThat(connection.channel().isOpen()).as("until the answer is there").isTrue();
    connection.pass(500);
    assertThat(connection.channel().isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\r\n\r\n", "GET /a\r\n\r\n", "\u0016\u0003\u0001\r\n\r\n"})
  void junkIsBad(String junk) {
    connection.receive(junk);

    assertThat(connection.sentText()).startsWith("HTTP/1.1 400 Bad Request\r\n");
  }

  @Test
  void aHeadWithoutEndIsBad() {
    connection.receive("GET /a HTTP/1.1\r\n" + "X: y\r\n".repeat(2000));
    connection.receive("x".repeat(100_000));

    assertThat(connection.sentText()).startsWith("HTTP/1.1 400 Bad Request\r\n");
    assertThat(streams).isEmpty();
  }
}
