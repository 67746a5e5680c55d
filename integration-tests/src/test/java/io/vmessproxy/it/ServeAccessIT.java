package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.PublicAddress;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.SocksClient;
import io.vmessproxy.it.support.SocksUdpClient;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.Tunnel;
import io.vmessproxy.it.support.UdpEchoTarget;
import io.vmessproxy.it.support.VmessUser;
import io.vmessproxy.it.support.Wait;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Which targets the clients of a server may reach, on a machine whose own services stand behind it.
 */
class ServeAccessIT {
  private static final Duration A_WHILE = Duration.ofSeconds(1);

  @Test
  void keepsClientsFromTheServersOwnMachine() throws IOException {
    try (TcpTarget echo = TcpTarget.echo();
        UdpEchoTarget udp = UdpEchoTarget.start();
        ServeProcess serve = serve();
        ProxyProcess proxy = ProxyProcess.inFrontOf(serve.options(VmessUser.AEAD, "auto"));
        SocksUdpClient datagrams = SocksUdpClient.associate(proxy.port())) {
      datagrams.send("127.0.0.1", udp.port(), new byte[] {'x'});

      assertThat(answer(proxy, echo)).isLessThan(0);
      assertThat(serve.log()).contains("127.0.0.1:" + echo.port()).contains("denied");
      assertThat(echo.accepted()).isEmpty();
      assertThat(Wait.becomes(A_WHILE, () -> udp.received() > 0)).as("a datagram").isFalse();
    }
  }

  @Test
  void letsThemInWhereItIsAllowed() throws IOException {
    try (TcpTarget echo = TcpTarget.echo();
        UdpEchoTarget udp = UdpEchoTarget.start();
        ServeProcess serve = serve("--allow", "private");
        ProxyProcess proxy = ProxyProcess.inFrontOf(serve.options(VmessUser.AEAD, "auto"));
        SocksUdpClient datagrams = SocksUdpClient.associate(proxy.port())) {
      datagrams.send("127.0.0.1", udp.port(), new byte[] {'x'});

      assertThat(answer(proxy, echo)).isEqualTo('x');
      assertThat(datagrams.receive().payload()).isEqualTo(ByteBuffer.wrap(new byte[] {'x'}));
    }
  }

  @Test
  void keepsThemFromWhatIsDenied() throws IOException {
    try (TcpTarget denied = TcpTarget.echo();
        TcpTarget allowed = TcpTarget.echo();
        ServeProcess serve = serve("--deny", "port:" + denied.port(), "--allow", "private");
        ProxyProcess proxy = ProxyProcess.inFrontOf(serve.options(VmessUser.AEAD, "auto"))) {
      assertThat(answer(proxy, denied)).isLessThan(0);
      assertThat(denied.accepted()).isEmpty();
      assertThat(answer(proxy, allowed)).isEqualTo('x');
    }
  }

  /** What an echo repeats of an {@code x}; below 0 if the stream ends instead. */
  private static int answer(ProxyProcess proxy, TcpTarget echo) throws IOException {
    try (Tunnel tunnel = SocksClient.socks5(proxy.port(), "127.0.0.1", echo.port())) {
      tunnel.socket().getOutputStream().write('x');
      return tunnel.socket().getInputStream().read();
    } catch (SocketException e) {
      return -1;
    }
  }

  private static ServeProcess serve(String... more) throws IOException {
    Optional<String> address = PublicAddress.find();
    if (address.isEmpty() && !Boolean.getBoolean("it.required")) {
      abort("this machine has no address but its loopback");
    }
    List<String> arguments = new ArrayList<>(List.of("--inbound", address.orElseThrow() + ":0"));
    arguments.addAll(List.of("--client", VmessUser.AEAD.asClient()));
    arguments.addAll(List.of(more));
    return ServeProcess.start(arguments);
  }
}
