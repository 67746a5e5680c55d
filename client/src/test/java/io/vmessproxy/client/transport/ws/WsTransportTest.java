package io.vmessproxy.client.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.LateFailure;
import io.vmessproxy.client.transport.Origin;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TransportException;
import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import io.vmessproxy.client.transport.TransportSettings.WebSocket;
import io.vmessproxy.client.transport.http1.FakeConnection;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WsTransportTest {
  private static final Pattern KEY = Pattern.compile("(?i)sec-websocket-key: (\\S+)");
  private static final Origin PLAIN = origin("a.example", 80, null);

  private final FakeConnection connection = new FakeConnection();
  private String request = "";

  private static Origin origin(String host, int port, @Nullable TlsSettings tls) {
    return new Origin(new Destination(Address.of(host), port), tls);
  }

  private static WebSocket settings(String path, @Nullable EarlyData early) {
    return new WebSocket(path, "h.example", Map.of(), early);
  }

  private Future<Channel> open(WebSocket settings) {
    return connection.openWith(new WsTransport(connection, settings, PLAIN));
  }

  private Channel openEarly(EarlyData early) {
    return open(settings("/p", early)).getNow();
  }

  private void answer(String further) {
    answer(further, "");
  }

  private void answer(String further, String behind) {
    request += connection.sentText();
    Matcher key = KEY.matcher(request);
    assertThat(key.find()).isTrue();
    connection.receive(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: "
            + UpgradeKey.accept(key.group(1))
            + further
            + "\r\n\r\n"
            + behind);
  }

  private ChannelFuture write(String text) {
    return connection
        .channel()
        .writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
  }

  /** The payload of the one frame that was sent. */
  private String sentFrame() {
    byte[] frame = connection.sent();
    int length = frame[1] & 0x7f;
    assertThat(frame).hasSize(6 + length).startsWith(0x82);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ((frame[6 + i] ^ frame[2 + i % 4]) & 0xff));
    }
    return text.toString();
  }

  private static String base64(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @AfterEach
  void close() {
    connection.channel().finishAndReleaseAll();
  }

  @Test
  void sendsABrowsersRequestWithoutOriginAndExtensions() {
    open(settings("/ray?x=1", null));

    assertThat(connection.sentText())
        .matches(
            """
            GET /ray\\?x=1 HTTP/1\\.1\r
            Host: h\\.example\r
            User-Agent: Mozilla/5\\.0 [^\r]+\r
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: [A-Za-z0-9+/]{22}==\r
            \r
            """);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "null",
      value = {
        "null, a.example, 80, false, a.example",
        "null, a.example, 8080, false, a.example:8080",
        "null, a.example, 443, true, a.example",
        "null, 2001:db8::1, 8080, false, [2001:db8::1]:8080",
        "c.example:1, a.example, 80, false, c.example:1",
      })
  void theHostIsTheOneGivenOrTheServers(
      @Nullable String given, String server, int port, boolean tls, String expected) {
    Origin origin = origin(server, port, tls ? TlsSettings.STANDARD : null);
    WebSocket settings = new WebSocket("/", given, Map.of(), null);
    connection.openWith(new WsTransport(connection, settings, origin));

    assertThat(connection.sentText()).contains("\r\nHost: " + expected + "\r\n");
  }

  @Test
  void headersOfTheUserAreAddedButCannotBreakTheUpgrade() {
    Map<String, String> headers =
        Map.of(
            "X-A", "1", "user-agent", "", "connection", "close", "Sec-WebSocket-Extensions", "x");
    open(new WebSocket("/", "h", headers, null));

    assertThat(connection.sentText())
        .contains("X-A: 1\r\n", "onnection: Upgrade\r\n")
        .doesNotContainIgnoringCase("user-agent")
        .doesNotContainIgnoringCase("extensions")
        .doesNotContain("close");
  }

  @Test
  void opensWithTheAnswerAndKeepsWhatIsGluedToIt() {
    Future<Channel> opened = open(settings("/", null));
    assertThat(opened.isDone()).isFalse();
    answer("\r\nDate: Thu, 26 Nov 2026 01:00:00 GMT");

    assertThat(opened.isSuccess()).isTrue();
    assertThat(opened.getNow().config().isAutoRead()).isFalse();
    write("up");
    assertThat(sentFrame()).isEqualTo("up");
  }

  @Test
  void aFrameGluedToTheAnswerWaitsForAReader() {
    Future<Channel> opened = open(settings("/", null));
    answer("", "\u0082\u0004down\u0082");
    assertThat(opened.isSuccess()).isTrue();
    assertThat(connection.receivedText()).isEmpty();
    connection.channel().config().setAutoRead(true);
    connection.receive("\u0001!");

    assertThat(connection.receivedText()).isEqualTo("down!");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="})
  void refusesAWrongAccept(String accept) {
    Future<Channel> opened = open(settings("/", null));
    connection.receive(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Accept: "
            + accept
            + "\r\n\r\n");

    assertThat(opened.cause()).hasMessageContaining("Sec-WebSocket-Accept");
    assertThat(connection.channel().isOpen()).isFalse();
  }

  @Test
  void aRefusalFailsTheOpeningAndCloses() {
    Future<Channel> opened = open(settings("/", null));
    connection.receive("HTTP/1.1 404 Not Found\r\n\r\n");

    assertThat(opened.cause())
        .isInstanceOfSatisfying(
            TransportException.class, e -> assertThat(e.failure()).isEqualTo(Failure.WRONG_PATH));
    assertThat(connection.channel().isOpen()).isFalse();
  }

  @Test
  void anAbandonedOpeningCloses() {
    Future<Channel> opened = open(settings("/", null));
    opened.cancel(false);
    connection.channel().runPendingTasks();

    assertThat(connection.channel().isOpen()).isFalse();
  }

  @Test
  void theFirstWriteGoesEarlyAsFarAsItMay() {
    Channel stream = openEarly(new EarlyData(4, "Sec-WebSocket-Protocol"));
    assertThat(connection.sentText()).isEmpty();
    ChannelFuture first = write("1234");
    answer("");

    assertThat(request).containsIgnoringCase("Sec-WebSocket-Protocol: " + base64("1234") + "\r\n");
    assertThat(first.isSuccess()).isTrue();
    assertThat(connection.sent()).isEmpty();
    stream.writeAndFlush(Unpooled.copiedBuffer("56", StandardCharsets.US_ASCII));
    assertThat(sentFrame()).isEqualTo("56");
  }

  @Test
  void whatIsTooMuchFollowsInAFrameAfterTheAnswer() {
    openEarly(new EarlyData(4, "X-Early"));
    ChannelFuture first = write("12345");
    request = connection.sentText();

    assertThat(request).contains("X-Early: " + base64("1234") + "\r\n");
    assertThat(first.isDone()).isFalse();
    answer("");
    assertThat(sentFrame()).isEqualTo("5");
    assertThat(first.isSuccess()).isTrue();
  }

  @Test
  void writesBehindTheFirstWaitInOrderAndCountAsPending() {
    Channel stream = openEarly(new EarlyData(4, "X-Early"));
    long before = stream.bytesBeforeUnwritable();
    write("1234");
    write("56");
    request = connection.sentText();
    assertThat(stream.bytesBeforeUnwritable()).isLessThan(before);
    answer("");

    assertThat(sentFrame()).isEqualTo("56");
    assertThat(stream.bytesBeforeUnwritable()).isEqualTo(before);
  }

  @Test
  void withoutAFirstWriteTheRequestGoesByItself() {
    openEarly(new EarlyData(2048, "Sec-WebSocket-Protocol"));
    write("");
    connection.pass(99);
    assertThat(connection.sentText()).isEmpty();
    connection.pass(1);
    answer("");

    assertThat(request).doesNotContainIgnoringCase("Sec-WebSocket-Protocol");
    write("late");
    assertThat(sentFrame()).isEqualTo("late");
  }

  @Test
  void withoutAHeaderEarlyDataEndsThePath() {
    open(settings("p?ed=1", new EarlyData(2048, "")));
    write("12");

    assertThat(connection.sentText()).startsWith("GET /p" + base64("12") + " HTTP/1.1\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\r\nSec-WebSocket-Protocol: MTI"})
  void anEchoOfItIsRightAndSoIsNone(String echo) {
    openEarly(new EarlyData(2048, "Sec-WebSocket-Protocol"));
    write("12");
    answer(echo);

    assertThat(connection.channel().isOpen()).isTrue();
    assertThat(LateFailure.of(connection.channel())).isEmpty();
  }

  @Test
  void anotherEchoIsNot() {
    openEarly(new EarlyData(2048, "Sec-WebSocket-Protocol"));
    write("12");
    answer("\r\nSec-WebSocket-Protocol: chat");

    assertThat(connection.channel().isOpen()).isFalse();
    assertThat(LateFailure.of(connection.channel())).isPresent();
  }

  @Test
  void aLateRefusalIsNotedBeforeTheChannelCloses() {
    openEarly(new EarlyData(2048, "Sec-WebSocket-Protocol"));
    ChannelFuture first = write("12");
    connection.receive("HTTP/1.1 404 Not Found\r\n\r\n");

    assertThat(connection.channel().isOpen()).isFalse();
    assertThat(first.isSuccess()).isFalse();
    assertThat(LateFailure.of(connection.channel()))
        .map(TransportException::failure)
        .contains(Failure.WRONG_PATH);
  }

  @Test
  void aServerThatIsSilentToEarlyDataIsNotWaitedForForEver() {
    openEarly(new EarlyData(2048, "Sec-WebSocket-Protocol"));
    write("12");
    connection.pass(4000);

    assertThat(LateFailure.of(connection.channel()))
        .map(TransportException::failure)
        .contains(Failure.TIMED_OUT);
    assertThat(connection.channel().isOpen()).isFalse();
  }

  @Test
  void aCloseBeforeTheFirstWriteSendsNothing() {
    openEarly(new EarlyData(2048, "Sec-WebSocket-Protocol"));
    connection.channel().close();
    connection.pass(200);

    assertThat(connection.sent()).isEmpty();
  }

  @Test
  void framesBehindALateAnswerReachWhoReads() {
    Channel stream = openEarly(new EarlyData(2048, "Sec-WebSocket-Protocol"));
    stream.config().setAutoRead(true);
    write("12");
    answer("");
    connection.receive(ByteBufUtil.decodeHexDump("8202" + "6f6b"));

    assertThat(connection.receivedText()).isEqualTo("ok");
  }
}
