package io.vmessproxy.client.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import io.vmessproxy.client.transport.TransportSettings.WebSocket;
import io.vmessproxy.client.transport.http1.FakeConnection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WsInboundTest {
  private static final String UPGRADE =
      """
      Host: h\r
      Connection: keep-alive, Upgrade\r
      Upgrade: WebSocket\r
      Sec-WebSocket-Version: 13\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      """;
  private static final byte[] HELLO =
      ByteBufUtil.decodeHexDump("818537fa213d7f9f4d5158"); // RFC 6455, section 5.7

  private final FakeConnection connection = new FakeConnection();
  private final List<Channel> streams = new ArrayList<>();

  private void accept(String path, @Nullable EarlyData early) {
    new WsInbound(new WebSocket(path, null, Map.of(), early))
        .accept(
            connection.channel(),
            stream -> {
              streams.add(stream);
              stream.config().setAutoRead(true);
            });
  }

  private void ask(String target, String further) {
    connection.receive("GET " + target + " HTTP/1.1\r\n" + UPGRADE + further + "\r\n");
  }

  @AfterEach
  void close() {
    connection.channel().finishAndReleaseAll();
  }

  @Test
  void answersAsTheStandardSays() {
    accept("/p", null);
    ask("/p", "");

    assertThat(connection.sentText())
        .startsWith("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n")
        .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
        .containsPattern("Date: \\w{3}, \\d\\d \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT\r\n")
        .endsWith("\r\n\r\n");
    assertThat(streams).containsExactly(connection.channel());
  }

  @Test
  void takesARequestAndFramesCutAtEveryByte() {
    byte[] head = ("GET /p HTTP/1.1\r\n" + UPGRADE + "\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] wire = Arrays.copyOf(head, head.length + HELLO.length);
    System.arraycopy(HELLO, 0, wire, head.length, HELLO.length);
    for (int cut = 1; cut < wire.length; cut++) {
      WsInboundTest test = new WsInboundTest();
      test.accept("/p", null);
      test.connection.receive(Arrays.copyOf(wire, cut));
      test.connection.receive(Arrays.copyOfRange(wire, cut, wire.length));

      assertThat(test.connection.receivedText()).as("cut at %d", cut).isEqualTo("Hello");
      test.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/p?ed=2048, /p",
    "/p, /p?x=/q",
    "/a%20b, '/a%20b'",
    "'/a b', /a%20b",
    "/, /",
    "/, /?x"
  })
  void comparesThePathDecodedAndWithoutQueries(String ours, String asked) {
    accept(ours, null);
    ask(asked, "");

    assertThat(streams).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/p/", "/P", "/px", "/p%2f", "http://h/p", "*"})
  void anotherPathIsNotFound(String path) {
    accept("/p", null);
    ask(path, "");
    assertThat(connection.sentText())
        .startsWith("HTTP/1.1 404 Not Found\r\nConnection: close\r\n")
        .endsWith("Content-Length: 0\r\n\r\n");
    assertThat(streams).isEmpty();
    connection.pass(500);

    assertThat(connection.channel().isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /p HTTP/1.1\r\n" + UPGRADE + "\r\n",
        "GET /p HTTP/1.1\r\nHost: h\r\n\r\n",
        """
        GET /p HTTP/1.1\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Version: 8\r
        Sec-WebSocket-Key: x\r
        \r
        """,
        """
        GET /p HTTP/1.1\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Version: 13\r
        \r
        """,
        "GET /%zz HTTP/1.1\r\n" + UPGRADE + "\r\n",
        "hello\r\n\r\n",
        "GET  HTTP/1.1\r\nno header\r\n\r\n",
      })
  void aWrongRequestIsBad(String request) {
    accept("/p", null);
    connection.receive(request);

    assertThat(connection.sentText())
        .startsWith("HTTP/1.1 400 Bad Request\r\n")
        .contains("Sec-WebSocket-Version: 13\r\n");
    assertThat(streams).isEmpty();
  }

  @Test
  void aStrangersHeadIsBounded() {
    accept("/p", null);
    connection.receive("GET /p HTTP/1.1\r\nX: ");
    for (int i = 0; i < 100; i++) {
      connection.receive("x".repeat(100));
    }

    assertThat(connection.sentText()).startsWith("HTTP/1.1 400 Bad Request\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-_8", "+/8", "-_8=", "+/8="})
  void earlyDataComesFirstAndIsEchoedAsItCame(String value) {
    accept("/p", null);
    connection.receive(
        concat(
            "GET /p HTTP/1.1\r\n" + UPGRADE + "Sec-WebSocket-Protocol: " + value + "\r\n\r\n",
            HELLO));

    assertThat(connection.receivedText()).isEqualTo("\u00fb\u00ffHello");
    assertThat(connection.sentText()).contains("Sec-WebSocket-Protocol: " + value + "\r\n");
  }

  private static byte[] concat(String text, byte[] more) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    byte[] all = Arrays.copyOf(bytes, bytes.length + more.length);
    System.arraycopy(more, 0, all, bytes.length, more.length);
    return all;
  }

  @Test
  void aProtocolThatIsNoEarlyDataIsPassedOver() {
    accept("/p", null);
    ask("/p", "Sec-WebSocket-Protocol: chat, superchat\r\n");

    assertThat(streams).hasSize(1);
    assertThat(connection.receivedText()).isEmpty();
    assertThat(connection.sentText()).doesNotContain("chat");
  }

  @Test
  void takesEarlyDataInTheHeaderOfOurSettingsWithoutEcho() {
    accept("/p", new EarlyData(2048, "X-Early"));
    ask("/p", "x-early: MTI\r\n");

    assertThat(connection.receivedText()).isEqualTo("12");
    assertThat(connection.sentText()).doesNotContain("MTI");
  }

  @Test
  void refusesWhatIsNoEarlyDataInTheHeaderOfOurSettings() {
    accept("/p", new EarlyData(2048, "X-Early"));
    ask("/p", "X-Early: !\r\n");

    assertThat(connection.sentText()).startsWith("HTTP/1.1 400 ");
  }

  @ParameterizedTest
  @CsvSource({"/p, ''", "/pMTI, 12", "/pMTI?x, 12"})
  void takesEarlyDataBehindThePathWhereOurSettingsSaySo(String target, String early) {
    accept("/p", new EarlyData(2048, ""));
    ask(target, "");

    assertThat(streams).hasSize(1);
    assertThat(connection.receivedText()).isEqualTo(early);
  }

  @Test
  void whatIsNoEarlyDataBehindThePathIsAnotherPath() {
    accept("/p", new EarlyData(2048, ""));
    ask("/p/a.html", "");

    assertThat(connection.sentText()).startsWith("HTTP/1.1 404 ");
  }
}
