package io.vmessproxy.client.transport.httpupgrade;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.Origin;
import io.vmessproxy.client.transport.TransportException;
import io.vmessproxy.client.transport.TransportSettings.HttpUpgrade;
import io.vmessproxy.client.transport.http1.FakeConnection;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpUpgradeTest {
  private static final Origin ORIGIN =
      new Origin(new Destination(Address.of("a.example"), 80), null);

  private final FakeConnection connection = new FakeConnection();
  private final List<Channel> streams = new ArrayList<>();

  private Future<Channel> open() {
    HttpUpgrade settings =
        new HttpUpgrade("/p?x", null, Map.of("X-A", "1", "Sec-WebSocket-Key", "x"));
    return connection.openWith(new HttpUpgradeTransport(connection, settings, ORIGIN));
  }

  private void accept(@Nullable String host) {
    new HttpUpgradeInbound(new HttpUpgrade("/p", host, Map.of()))
        .accept(
            connection.channel(),
            stream -> {
              streams.add(stream);
              stream.config().setAutoRead(true);
            });
  }

  private void ask(String path, String host, String connectionHeader, String further) {
    connection.receive(
        "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: %s\r\nUpgrade: websocket\r\n%s\r\nraw"
            .formatted(path, host, connectionHeader, further));
  }

  @AfterEach
  void close() {
    connection.channel().finishAndReleaseAll();
  }

  @Test
  void asksWithOneConnectionValueAndWithoutAKey() {
    open();

    assertThat(connection.sentText())
        .startsWith("GET /p?x HTTP/1.1\r\nHost: a.example\r\nUser-Agent: Mozilla/5.0 ")
        .endsWith("\r\nX-A: 1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {" Switching Protocols", "", " whatever"})
  void whatIsGluedToTheAnswerIsRaw(String reason) {
    Future<Channel> opened = open();
    connection.receive(
        "HTTP/1.1 101"
            + reason
            + "\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n\u0082\u0000raw");
    assertThat(opened.isSuccess()).isTrue();
    assertThat(connection.receivedText()).isEmpty();
    connection.sent();
    opened.getNow().config().setAutoRead(true);

    assertThat(connection.receivedText()).isEqualTo("\u0082\u0000raw");
    assertThat(connection.channel().pipeline().names()).as("nothing stays in the way").hasSize(2);
  }

  @Test
  void aRefusalFailsTheOpening() {
    Future<Channel> opened = open();
    connection.receive("HTTP/1.1 404 Not Found\r\n\r\n");

    assertThat(opened.cause())
        .isInstanceOfSatisfying(
            TransportException.class,
            e -> {
              assertThat(e.failure()).isEqualTo(Failure.WRONG_PATH);
              assertThat(e.stage()).isEqualTo("httpupgrade");
            });
    assertThat(connection.channel().isOpen()).isFalse();
  }

  @Test
  void theServersAnswerIsWhatPeersCompare() {
    accept(null);
    ask("/p?y", "any", "upgrade", "");

    assertThat(connection.sentText())
        .startsWith(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n");
    assertThat(streams).hasSize(1);
    assertThat(connection.receivedText()).isEqualTo("raw");
  }

  @ParameterizedTest
  @CsvSource({
    "/p, h.example, Upgrade, '', 101",
    "/p, H.Example:8080, Upgrade, '', 101",
    "/q, h.example, Upgrade, '', 404",
    "/p, other, Upgrade, '', 404",
    "/p, h.example, Upgrade, Sec-WebSocket-Key: x, 404",
    "/p, h.example, 'keep-alive, Upgrade', '', 400",
    "/p, h.example, close, '', 400",
  })
  void theServerTakesItsOwnAlone(
      String path, String host, String connectionHeader, String further, int status) {
    accept("h.example");
    ask(path, host, connectionHeader, further.isEmpty() ? "" : further + "\r\n");

    assertThat(connection.sentText()).startsWith("HTTP/1.1 " + status + " ");
    assertThat(streams).hasSize(status == 101 ? 1 : 0);
  }
}
