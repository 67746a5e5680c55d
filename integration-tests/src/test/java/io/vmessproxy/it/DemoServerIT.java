package io.vmessproxy.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.ConnectClient;
import io.vmessproxy.it.support.Curl;
import io.vmessproxy.it.support.EmbeddedPeer;
import io.vmessproxy.it.support.FrontEnd;
import io.vmessproxy.it.support.HttpTarget;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.SocksClient;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.TestBytes;
import io.vmessproxy.it.support.Tunnel;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Ours to ours: the program in front of its own server, which needs nothing of the machine. */
class DemoServerIT {
  @TempDir static Path directory;
  private static ProxyProcess proxy;
  private static HttpTarget target;

  @BeforeAll
  static void start() {
    target = HttpTarget.start();
    proxy = ProxyProcess.inFrontOf(new EmbeddedPeer().options("auto"));
  }

  @AfterAll
  static void stop() {
    if (proxy != null) {
      proxy.close();
    }
    target.close();
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(FrontEnd.class)
  void carriesFiveMebibytesBothWays(FrontEnd frontEnd) throws IOException {
    Path file = TestBytes.file(directory, 5 << 20);
    Curl curl = new Curl(directory);

    Curl.Answer down =
        curl.get(frontEnd, proxy.port(), target.url("127.0.0.1", "/bytes?n=" + (5 << 20)));
    Curl.Answer up = curl.upload(frontEnd, proxy.port(), target.url("127.0.0.1", "/sink"), file);

    assertThat(down.summary()).as(down.error()).isEqualTo(TestBytes.summary(file));
    assertThat(up.text()).as(up.error()).isEqualTo(TestBytes.summary(file));
  }

  /** An application that ends its direction, as {@code nc -N} does, still gets its answer. */
  @ParameterizedTest(name = "{0}")
  @EnumSource(
      value = FrontEnd.class,
      names = {"SOCKS5", "SOCKS4", "CONNECT"})
  void passesAHalfCloseOn(FrontEnd frontEnd) throws IOException {
    byte[] question = Files.readAllBytes(TestBytes.file(directory, 300_000));

    try (TcpTarget echo = TcpTarget.echoAfterEnd();
        Tunnel tunnel = frontEnd.open(proxy.port(), "127.0.0.1", echo.port())) {
      assertThat(tunnel.exchange(question)).isEqualTo(question);
    }
  }

  @Test
  void carriesATargetThatSpeaksFirst() throws IOException {
    try (TcpTarget source = TcpTarget.source(100);
        Tunnel tunnel = SocksClient.socks5(proxy.port(), "127.0.0.1", source.port())) {
      byte[] greeting = tunnel.socket().getInputStream().readAllBytes();

      assertThat(greeting).isEqualTo(Files.readAllBytes(TestBytes.file(directory, 100)));
    }
  }

  /** Greeting, request and first payload in one write. */
  @Test
  void keepsWhatComesWithTheSocks5Request() throws IOException {
    try (TcpTarget echo = TcpTarget.echo();
        Socket socket = SocksClient.dial(proxy.port())) {
      byte[] all = {5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, port(echo, 8), port(echo, 0), 'h', 'i'};
      socket.getOutputStream().write(all);

      // Method, reply with its 4 octets of address, echo.
      byte[] answer = socket.getInputStream().readNBytes(2 + 10 + 2);
      assertThat(new String(answer, 12, 2, US_ASCII)).isEqualTo("hi");
    }
  }

  @Test
  void keepsWhatComesWithTheConnectRequest() throws IOException {
    try (TcpTarget echo = TcpTarget.echo();
        Socket socket = SocksClient.dial(proxy.port())) {
      String all = "CONNECT 127.0.0.1:%d HTTP/1.1\r\n\r\nhi".formatted(echo.port());
      socket.getOutputStream().write(all.getBytes(US_ASCII));

      assertThat(ConnectClient.head(socket.getInputStream())).startsWith("HTTP/1.1 200");
      assertThat(socket.getInputStream().readNBytes(2)).isEqualTo("hi".getBytes(US_ASCII));
    }
  }

  /** A client so slow that each byte of its handshake comes alone. */
  @Test
  void takesAHandshakeByteByByte() throws IOException {
    try (TcpTarget echo = TcpTarget.echo();
        Socket socket = SocksClient.dial(proxy.port())) {
      byte[] all = {5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, port(echo, 8), port(echo, 0), 'h'};
      for (byte one : all) {
        socket.getOutputStream().write(one);
      }

      assertThat(socket.getInputStream().readNBytes(2 + 10 + 1)).endsWith('h');
    }
  }

  @Test
  void reachesATargetByItsIpv6Address() throws IOException {
    try (HttpTarget six = HttpTarget.start("::1")) {
      Curl.Answer answer =
          new Curl(directory)
              .get(FrontEnd.SOCKS5H, proxy.port(), six.url("[::1]", "/bytes?n=1000"));

      assertThat(answer.summary())
          .as(answer.error())
          .isEqualTo(TestBytes.summary(TestBytes.file(directory, 1000)));
    }
  }

  private static byte port(TcpTarget target, int shift) {
    return (byte) (target.port() >> shift);
  }
}
