package io.vmessproxy.client.fault;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.ClientProxy;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.selection.UdpMode;
import io.vmessproxy.client.session.Credentials;
import io.vmessproxy.client.settings.ClientSettings;
import io.vmessproxy.client.settings.ClockOffset;
import io.vmessproxy.client.settings.ListenerSettings;
import io.vmessproxy.client.settings.UdpSettings;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An application whose server's clock is off does not notice, where the program may adjust. */
@Timeout(30)
class AutomaticClockTest {
  @ParameterizedTest
  @CsvSource({"282, 0, 0", "-28800, 0, 0", "282, 0, 8", "-3600, 2, 8"})
  void theFirstRequestIsAnswered(int aheadSeconds, int alterId, int mux) throws Exception {
    try (FaultBench bench = new FaultBench()) {
      Destination target =
          bench.listening(
              connection -> {
                RawServer.send(
                    connection,
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(US_ASCII));
                RawServer.finish(connection);
              });
      Destination server = bench.vmess(alterId, aheadSeconds);
      ClientProxy proxy = bench.stopLater(ClientProxy.start(settings(server, alterId, mux)));

      int port = proxy.listeners().get(0).address().getPort();
      assertThat(get(port, target)).startsWith("HTTP/1.1 200 OK").endsWith("ok");
      assertThat(get(port, target)).startsWith("HTTP/1.1 200 OK").endsWith("ok");
    }
  }

  private static String get(int port, Destination target) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String request =
          "GET http://%1$s/ HTTP/1.1\r\nHost: %1$s\r\nConnection: close\r\n\r\n".formatted(target);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  private static ClientSettings settings(Destination address, int alterId, int mux) {
    Account user = new Account(FaultBench.USER, alterId, Security.AES_128_GCM, 0);
    return new ClientSettings(
        List.of(new ListenerSettings(ListenerSettings.Kind.HTTP, "127.0.0.1", 0)),
        Credentials.NONE,
        UdpSettings.DEFAULT,
        List.of(
            new Server("off", address, List.of(user), mux, UdpMode.PLAIN, StreamSettings.PLAIN)),
        false,
        PolicyTable.DEFAULT,
        FaultBench.CONNECT_TIMEOUT,
        Duration.ofSeconds(4),
        ClockOffset.read("--clock-offset", "auto"),
        Duration.ZERO);
  }
}
