package io.vmessproxy.client.fault;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.ClientProxy;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.Credentials;
import io.vmessproxy.client.settings.ClientSettings;
import io.vmessproxy.client.settings.ClockOffset;
import io.vmessproxy.client.settings.ListenerSettings;
import io.vmessproxy.client.settings.UdpSettings;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.policy.PolicyTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that worked a moment ago, and is gone behind the proxy in front of it. */
@Timeout(30)
class LateRefusalTest {
  private static final TransportSettings EARLY =
      new TransportSettings.WebSocket(
          "/ray", null, Map.of(), new EarlyData(2048, EarlyData.USUAL_HEADER));

  private final AtomicBoolean gone = new AtomicBoolean();

  @Test
  void isToldAsWhatItIsToTheFirstRequestAlready() throws Exception {
    try (FaultBench bench = new FaultBench()) {
      Destination target =
          bench.listening(
              connection -> {
                RawServer.send(
                    connection,
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(ISO_8859_1));
                RawServer.finish(connection);
              });
      Destination server = bench.vmess(EARLY);
      Destination front = bench.listening(one -> pass(bench, one, server));
      ClientProxy proxy = bench.stopLater(ClientProxy.start(settings(front)));
      int port = proxy.listeners().get(0).address().getPort();

      assertThat(get(port, target)).startsWith("HTTP/1.1 200 OK");
      gone.set(true);

      assertThat(get(port, target))
          .contains("server broken, ws: answered 502", "Class of failure: http-status");
      assertThat(get(port, target))
          .contains("server broken, ws: answered 502", "Class of failure: http-status");
    }
  }

  private void pass(FaultBench bench, Socket connection, Destination server) throws IOException {
    if (gone.get()) {
      connection.getInputStream().read();
      RawServer.send(
          connection, "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n".getBytes(ISO_8859_1));
      RawServer.finish(connection);
      return;
    }
    Socket behind = bench.stopLater(new Socket(InetAddress.getLoopbackAddress(), server.port()));
    RawServer.inBackground(() -> behind.getInputStream().transferTo(connection.getOutputStream()));
    connection.getInputStream().transferTo(behind.getOutputStream());
  }

  private static String get(int port, Destination target) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String request =
          "GET http://%1$s/ HTTP/1.1\r\nHost: %1$s\r\nConnection: close\r\n\r\n".formatted(target);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  private static ClientSettings settings(Destination address) {
    Server server = FaultBench.server(address).withStream(new StreamSettings(EARLY, null));
    return new ClientSettings(
        List.of(new ListenerSettings(ListenerSettings.Kind.HTTP, "127.0.0.1", 0)),
        Credentials.NONE,
        UdpSettings.DEFAULT,
        List.of(server),
        false,
        PolicyTable.DEFAULT,
        FaultBench.CONNECT_TIMEOUT,
        FaultBench.HANDSHAKE_TIMEOUT,
        ClockOffset.NONE,
        Duration.ZERO);
  }
}
