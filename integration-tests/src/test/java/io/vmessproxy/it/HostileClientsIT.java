package io.vmessproxy.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.EmbeddedPeer;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.SocksClient;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.Tunnel;
import io.vmessproxy.it.support.Wait;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Applications that break the rules, leave in the middle or do not read what they asked for. */
class HostileClientsIT {
  private static final long SEED = 20_240_607;
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final long MIB = 1024 * 1024;

  private ProxyProcess proxy;
  private TcpTarget echo;

  @BeforeEach
  void start() throws IOException {
    proxy = ProxyProcess.inFrontOf(new EmbeddedPeer().options("auto"));
    echo = TcpTarget.echo();
    assertServes();
  }

  @AfterEach
  void stop() {
    echo.close();
    if (proxy != null) {
      proxy.close();
    }
  }

  @Test
  void survivesRandomBytes() throws IOException {
    long before = settledDescriptors();
    Random random = new Random(SEED);
    for (int i = 0; i < 100; i++) {
      byte[] noise = new byte[1 + random.nextInt(2000)];
      random.nextBytes(noise);
      // Half of them get past the first byte, which names the protocol.
      noise[0] = i % 2 == 0 ? noise[0] : (byte) "\4\5GC".charAt(i / 2 % 4);
      sendAndLeave(noise);
    }

    assertRecovered(before);
  }

  @Test
  void survivesHalfRequests() throws IOException {
    long before = settledDescriptors();
    byte[] socks5 = {5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, 0};
    byte[] socks4 = {4, 1, 0, 80, 127, 0, 0, 1, 'u', 's', 'e', 'r'};
    byte[] connect = "CONNECT target.test:80 HTTP/1.1\r\nHost: ta".getBytes(US_ASCII);
    byte[] plain = "POST http://target.test/ HTTP/1.1\r\nContent-Le".getBytes(US_ASCII);
    for (byte[] whole : List.of(socks5, socks4, connect, plain)) {
      for (int length = 1; length <= whole.length; length++) {
        sendAndLeave(Arrays.copyOf(whole, length));
      }
    }

    assertRecovered(before);
  }

  @Test
  void refusesAMebibyteOfHeader() throws IOException {
    long before = settledDescriptors();
    String head = "GET http://target.test/ HTTP/1.1\r\nX: " + "x".repeat((int) MIB);
    try (Socket socket = SocksClient.dial(proxy.port())) {
      String answer = "";
      try {
        socket.getOutputStream().write(head.getBytes(US_ASCII));
        answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      } catch (SocketException e) {
        // It may close while we are still sending, and its answer is then lost on the way.
        assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe|abort).*");
      }
      assertThat(answer).matches("(?s)|HTTP/1\\.1 431 .*");
    }

    assertRecovered(before);
  }

  @Test
  void endsAGreetingThatNeverComesToAnEnd() throws IOException {
    long before = settledDescriptors();
    List<Socket> stuck = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Socket socket = SocksClient.dial(proxy.port());
      socket.getOutputStream().write(5);
      stuck.add(socket);
    }

    assertServes();
    for (Socket socket : stuck) {
      assertThat(ends(socket)).isTrue();
    }
    assertRecovered(before);
  }

  @Test
  void tellsTheTargetThatTheApplicationReset() throws IOException {
    try (TcpTarget silent = TcpTarget.silent()) {
      Tunnel tunnel = SocksClient.socks5(proxy.port(), "127.0.0.1", silent.port());
      tunnel.socket().getOutputStream().write('x');
      Wait.until(LIMIT, () -> silent.accepted().size() == 1, () -> "nothing came");

      tunnel.reset();

      Wait.until(LIMIT, () -> silent.ended() == 1, () -> "the target's connection goes on");
    }
  }

  @Test
  void tellsTheApplicationThatTheTargetReset() throws IOException {
    TcpTarget.Service resets =
        socket -> {
          assertThat(socket.getInputStream().read()).isEqualTo('x');
          socket.setSoLinger(true, 0);
        };
    try (TcpTarget target = TcpTarget.start(resets);
        Tunnel tunnel = SocksClient.socks5(proxy.port(), "127.0.0.1", target.port())) {
      tunnel.socket().getOutputStream().write('x');

      assertThat(ends(tunnel.socket())).isTrue();
    }
  }

  /** 256 MiB wait at the target while the application does not read. */
  @Test
  void keepsItsMemoryWhileAnApplicationDoesNotRead() throws IOException {
    try (TcpTarget warm = TcpTarget.source(64 * MIB);
        Tunnel first = SocksClient.socks5(proxy.port(), "127.0.0.1", warm.port())) {
      first.socket().getInputStream().skipNBytes(64 * MIB);
    }
    long before = proxy.process().residentBytes();
    try (TcpTarget source = TcpTarget.source(256 * MIB);
        Tunnel slow = SocksClient.socks5(proxy.port(), "127.0.0.1", source.port())) {
      slow.socket().getInputStream().skipNBytes(1);

      // Time enough for all of it to come, were it not held back.
      boolean grew =
          Wait.becomes(
              Duration.ofSeconds(4), () -> proxy.process().residentBytes() > before + 96 * MIB);

      assertThat(grew).as("from %d to %d bytes", before, proxy.process().residentBytes()).isFalse();
      assertThat(source.ended()).as("the target could send it all").isZero();
      assertServes();
    }
  }

  private void sendAndLeave(byte[] bytes) throws IOException {
    try (Socket socket = SocksClient.dial(proxy.port())) {
      socket.getOutputStream().write(bytes);
    } catch (SocketException e) {
      // The program closed first: as good.
    }
  }

  /** Whether the stream ends, in peace or by a reset, before the socket's time limit. */
  private static boolean ends(Socket socket) throws IOException {
    try (socket;
        InputStream in = socket.getInputStream()) {
      in.readAllBytes();
      return true;
    } catch (SocketException e) {
      return true;
    }
  }

  private void assertServes() throws IOException {
    try (Tunnel tunnel = SocksClient.socks5(proxy.port(), "127.0.0.1", echo.port())) {
      assertThat(tunnel.code()).as(proxy.log()).isZero();
      tunnel.socket().getOutputStream().write('x');
      assertThat(tunnel.socket().getInputStream().read()).isEqualTo('x');
    }
  }

  private void assertRecovered(long descriptorsBefore) throws IOException {
    assertThat(proxy.process().alive()).as(proxy.log()).isTrue();
    assertServes();
    Wait.until(
        LIMIT,
        () -> proxy.process().descriptors() <= descriptorsBefore,
        () ->
            "descriptors: %d (before: %d)"
                .formatted(proxy.process().descriptors(), descriptorsBefore));
  }

  /** Open descriptors once the connections of the set-up are gone. */
  private long settledDescriptors() {
    long first = proxy.process().descriptors();
    Wait.becomes(Duration.ofSeconds(2), () -> proxy.process().descriptors() < first);
    return proxy.process().descriptors();
  }
}
