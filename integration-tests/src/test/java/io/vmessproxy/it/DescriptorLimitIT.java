package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.SocksClient;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.Tunnel;
import io.vmessproxy.it.support.VmessUser;
import io.vmessproxy.it.support.Wait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code ulimit -n 256}: what is too much is refused with a reason, and what is open lives. */
class DescriptorLimitIT {
  private static final int DESCRIPTORS = 256;

  @Test
  void refusesWhatIsTooMuchAndSaysWhy() throws Exception {
    try (ServeProcess serve = ServeProcess.of(VmessUser.AEAD);
        TcpTarget echo = TcpTarget.echo();
        ProxyProcess proxy =
            ProxyProcess.limited(DESCRIPTORS, serve.options(VmessUser.AEAD, "aes-128-gcm"))) {
      List<Tunnel> open = fill(proxy.port(), echo.port());
      try {
        assertThat(open.size()).isBetween(40, DESCRIPTORS / 2);
        assertThat(ask(proxy.port(), "CONNECT a.example:443 HTTP/1.1\r\n\r\n"))
            .startsWith("HTTP/1.1 503 ")
            .contains("ulimit -n");
        assertThat(ask(proxy.port(), "GET http://a.example/ HTTP/1.1\r\n\r\n"))
            .startsWith("HTTP/1.1 503 ");
        flood(proxy.port());
        for (Tunnel tunnel : open) {
          say(tunnel);
        }
        for (int i = 0; i < 10; i++) {
          open.remove(0).close();
        }
        Wait.until(
            Duration.ofSeconds(5),
            () -> opens(proxy.port(), echo.port()),
            () -> "closed ones make no room: " + proxy.log());
        for (Tunnel tunnel : open) {
          say(tunnel);
        }
        assertThat(proxy.log()).contains("ulimit -n").doesNotContain("Exception");
      } finally {
        for (Tunnel tunnel : open) {
          tunnel.close();
        }
      }
      proxy.stop();
    }
  }

  @Test
  void aServerThatIsFullLivesAndRecovers() throws Exception {
    try (ServeProcess serve =
            ServeProcess.limited(
                DESCRIPTORS,
                List.of("--inbound", "127.0.0.1:0", "--client", VmessUser.AEAD.asClient()));
        TcpTarget echo = TcpTarget.echo();
        ProxyProcess proxy = ProxyProcess.inFrontOf(serve.options(VmessUser.AEAD, "aes-128-gcm"))) {
      List<Tunnel> open = new ArrayList<>();
      try {
        for (int i = 0; i < DESCRIPTORS; i++) {
          Tunnel tunnel = SocksClient.socks5(proxy.port(), "127.0.0.1", echo.port());
          if (tunnel.code() != 0 || !answers(tunnel)) {
            tunnel.close();
            break;
          }
          open.add(tunnel);
        }
        assertThat(open).as("it is full at some time").hasSizeBetween(20, DESCRIPTORS / 2);
        assertThat(serve.process().descriptors()).isLessThan(DESCRIPTORS - 20);
        assertThat(serve.log())
            .contains("closed as it came", "ulimit -n")
            .doesNotContain("takes no connections for a second");
        for (Tunnel tunnel : open) {
          say(tunnel);
        }
        for (Tunnel tunnel : open) {
          tunnel.close();
        }
        Wait.until(
            Duration.ofSeconds(20),
            () -> opens(proxy.port(), echo.port()),
            () -> "does not recover: " + serve.log());
        assertThat(serve.process().alive()).isTrue();
      } finally {
        for (Tunnel tunnel : open) {
          tunnel.close();
        }
      }
    }
  }

  private static List<Tunnel> fill(int proxy, int target) throws IOException {
    List<Tunnel> open = new ArrayList<>();
    while (true) {
      Tunnel tunnel = SocksClient.socks5(proxy, "127.0.0.1", target);
      if (tunnel.code() != 0) {
        assertThat(tunnel.code()).as("SOCKS reply").isEqualTo(1);
        tunnel.close();
        return open;
      }
      say(tunnel);
      open.add(tunnel);
    }
  }

  /** Many more than there is room to tell anything. */
  private static void flood(int proxy) throws IOException {
    List<Socket> flood = new ArrayList<>();
    for (int i = 0; i < 2 * DESCRIPTORS; i++) {
      flood.add(new Socket(InetAddress.getLoopbackAddress(), proxy));
    }
    for (Socket socket : flood) {
      socket.close();
    }
  }

  private static boolean opens(int proxy, int target) {
    try (Tunnel tunnel = SocksClient.socks5(proxy, "127.0.0.1", target)) {
      return tunnel.code() == 0 && answers(tunnel);
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean answers(Tunnel tunnel) {
    try {
      tunnel.socket().setSoTimeout(5000);
      say(tunnel);
      return true;
    } catch (IOException | AssertionError e) {
      return false;
    }
  }

  private static void say(Tunnel tunnel) throws IOException {
    tunnel.socket().getOutputStream().write(42);
    assertThat(tunnel.socket().getInputStream().read()).isEqualTo(42);
  }

  private static String ask(int proxy, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy)) {
      socket.setSoTimeout(5000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
