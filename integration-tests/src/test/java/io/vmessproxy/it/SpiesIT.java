package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmessproxy.it.support.Peer;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.SocksClient;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.Tunnel;
import io.vmessproxy.it.support.VmessUser;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The spies that all tests run under see what they are to see. */
class SpiesIT {
  @Test
  void seesTheNamesOfServers() {
    try (ProxyProcess proxy =
        ProxyProcess.inFrontOf(
            List.of("--server", "no-such-server.invalid:443", "--user", VmessUser.AEAD.id()))) {
      assertThat(opens(proxy, "target.invalid")).isFalse();
      assertThat(proxy.lookedUp()).contains("no-such-server.invalid");
      assertThat(proxy.lookedUp()).doesNotContain("target.invalid");
    }
  }

  @Test
  void seesThatAServerLooksItsTargetsUpAndTheProxyDoesNot() throws Exception {
    try (TcpTarget echo = TcpTarget.echo();
        ServeProcess serve = ServeProcess.of(VmessUser.AEAD);
        ProxyProcess proxy = ProxyProcess.inFrontOf(serve.options(VmessUser.AEAD, "auto"))) {
      assertThat(opens(proxy, Peer.NAME)).isTrue(); // What becomes of it, the server knows.
      try (Tunnel tunnel = SocksClient.socks5(proxy.port(), "localhost", echo.port())) {
        tunnel.socket().getOutputStream().write(7);
        assertThat(tunnel.socket().getInputStream().read()).isEqualTo(7);
      }

      assertThat(serve.lookedUp()).contains("localhost");
      assertThat(proxy.lookedUp()).isEmpty();
    }
  }

  @Test
  void failsWhereAProxyLooksUpWhatItShouldNot() {
    // The argument names no server of that name: the file that did is gone by now.
    assertThatThrownBy(
            () -> ProxyProcess.assertLookUps("elsewhere.invalid", "run", "--server", "a.invalid:1"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("elsewhere.invalid");
  }

  @Test
  void seeABufferThatIsLost() {
    ProxyProcess proxy = ProxyProcess.inFrontOf(List.of("--demo"));
    proxy.loseABuffer();

    assertThatThrownBy(proxy::close)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("LEAK: ByteBuf.release() was not called")
        .hasMessageContaining("BufferSpy.lose");
  }

  private static boolean opens(ProxyProcess proxy, String name) {
    try (Tunnel tunnel = SocksClient.socks5(proxy.port(), name, 80)) {
      return tunnel.code() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
