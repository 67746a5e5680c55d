package io.vmessproxy.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the program sends to a server, taken down on the way. */
public final class RecordedRequest {
  private RecordedRequest() {}

  /**
   * The header and the chunk by which an echo on this machine was asked for an {@code x}, and
   * answered. A stream before it has the server asked whether it takes the user: that question and
   * that stream come in any order.
   */
  public static byte[] of(VmessUser user, String security, int serverPort, int echoPort)
      throws IOException {
    List<ByteArrayOutputStream> requests = new CopyOnWriteArrayList<>();
    try (TcpTarget relay = TcpTarget.relay(serverPort, () -> tap(requests));
        ProxyProcess proxy =
            ProxyProcess.inFrontOf(
                List.of("--server", "127.0.0.1:" + relay.port(), "--user", user.asUser(security)));
        Tunnel first = SocksClient.socks5(proxy.port(), "127.0.0.1", echoPort)) {
      ask(first);
      int before = ProxyProcess.QUESTIONS + 1;
      assertThat(requests).hasSize(before);
      try (Tunnel second = SocksClient.socks5(proxy.port(), "127.0.0.1", echoPort)) {
        ask(second);
        assertThat(requests).hasSize(before + 1);
        return requests.get(before).toByteArray();
      }
    }
  }

  private static void ask(Tunnel tunnel) throws IOException {
    tunnel.socket().getOutputStream().write('x');
    assertThat(tunnel.socket().getInputStream().read()).isEqualTo('x');
  }

  private static ByteArrayOutputStream tap(List<ByteArrayOutputStream> requests) {
    ByteArrayOutputStream tap = new ByteArrayOutputStream();
    requests.add(tap);
    return tap;
  }
}
