package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.Cargo;
import io.vmessproxy.it.support.Crowd;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.SocksClient;
import io.vmessproxy.it.support.SocksUdpClient;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.TestBytes;
import io.vmessproxy.it.support.Tunnel;
import io.vmessproxy.it.support.VmessUser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Our client, our server: what v2ray 4 knows, and what it does not. */
class OursToOursIT {
  private static final List<String> SECURITIES =
      List.of(
          "auto",
          "aes-128-gcm",
          "chacha20-poly1305",
          "none",
          "zero",
          "aes-128-cfb",
          "aes-128-gcm,authLength=true",
          "chacha20-poly1305,authLength=true");

  /** More than 70000 chunks of at most 15000 bytes: a counter of 16 bits starts again. */
  private static final long MANY_CHUNKS = 1_060_000_000;

  /** UDP over IPv4 carries no more. With a SOCKS header before it, it takes IPv6. */
  private static final int LARGEST_DATAGRAM = 65_507;

  @TempDir static Path directory;
  private static Cargo cargo;
  private static TcpTarget echo;
  private static ServeProcess serve;

  @BeforeAll
  static void start() {
    cargo = new Cargo(directory);
    echo = TcpTarget.echo();
    serve = ServeProcess.of(VmessUser.AEAD, VmessUser.LEGACY);
  }

  @AfterAll
  static void stop() {
    cargo.close();
    echo.close();
    if (serve != null) {
      serve.close();
    }
  }

  static Stream<Arguments> cells() {
    return Stream.of(VmessUser.LEGACY, VmessUser.AEAD)
        .flatMap(user -> SECURITIES.stream().map(security -> Arguments.of(user, security)));
  }

  static Stream<String> securities() {
    return SECURITIES.stream();
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cells")
  void carriesStreamsAndDatagrams(VmessUser user, String security) throws IOException {
    try (ProxyProcess proxy = ProxyProcess.inFrontOf(serve.options(user, security))) {
      cargo.download(proxy.port());
      cargo.upload(proxy.port());
      cargo.datagrams(proxy.port());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("securities")
  void carriesThemThroughMux(String security) throws Exception {
    try (TcpTarget relay = TcpTarget.relay(serve.port());
        ProxyProcess proxy = proxy(relay.port(), security, "--mux", "8")) {
      Crowd.talk(40, proxy.port(), echo.port());
      cargo.download(proxy.port());
      cargo.upload(proxy.port());
      cargo.datagrams(proxy.port());

      int connections = relay.accepted().size() - ProxyProcess.QUESTIONS;
      assertThat(connections).isBetween(5, 5 + ProxyProcess.LOOPS);
    }
  }

  @ParameterizedTest(name = "--udp-mode {0} security {1}")
  @CsvSource({
    "plain, auto",
    "plain, none",
    "plain, zero",
    "xudp, auto",
    "xudp, zero",
    "xudp, aes-128-cfb",
    "packetaddr, auto",
    "packetaddr, zero",
    "packetaddr, aes-128-cfb",
  })
  void carriesDatagramsInEachMode(String mode, String security) throws IOException {
    try (Cargo other = new Cargo(directory);
        TcpTarget relay = TcpTarget.relay(serve.port());
        ProxyProcess proxy = proxy(relay.port(), security, "--udp-mode", mode);
        SocksUdpClient client = SocksUdpClient.associate(proxy.port())) {
      for (int size : List.of(1, 1400, 8000)) {
        cargo.echo(client, size);
        other.echo(client, size);
      }

      // What names its target in each datagram needs one connection for all of them.
      int connections = relay.accepted().size() - ProxyProcess.QUESTIONS;
      assertThat(connections).isEqualTo(mode.equals("plain") ? 2 : 1);
    }
  }

  /** In a chunk of its own it has room for its tag, and for the address that packetaddr adds. */
  @ParameterizedTest(name = "--udp-mode {0} security {1}")
  @CsvSource({
    "plain, none",
    "plain, aes-128-gcm",
    "plain, chacha20-poly1305",
    "plain, aes-128-cfb",
    "packetaddr, none",
    "packetaddr, aes-128-gcm",
    "xudp, none",
    "xudp, aes-128-gcm"
  })
  void carriesTheLargestDatagram(String mode, String security) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("run", "--listen", "[::1]:0"));
    arguments.addAll(serve.options(VmessUser.AEAD, security));
    arguments.addAll(List.of("--udp-mode", mode));
    try (ProxyProcess proxy = ProxyProcess.start(arguments);
        SocksUdpClient client = SocksUdpClient.associate("::1", proxy.port())) {
      cargo.echo(client, LARGEST_DATAGRAM);
      cargo.echo(client, 1);
    }
  }

  @Test
  void carriesMoreChunksThanTheirCounterCounts() throws IOException {
    try (TcpTarget source = TcpTarget.source(MANY_CHUNKS);
        ProxyProcess proxy = ProxyProcess.inFrontOf(serve.options(VmessUser.AEAD, "aes-128-gcm"));
        Tunnel tunnel = SocksClient.socks5(proxy.port(), "127.0.0.1", source.port())) {
      assertThat(TestBytes.isWhole(tunnel.socket().getInputStream(), MANY_CHUNKS)).isTrue();
    }
  }

  private static ProxyProcess proxy(int serverPort, String security, String... more) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--server", "127.0.0.1:" + serverPort));
    arguments.addAll(List.of("--user", VmessUser.AEAD.asUser(security)));
    arguments.addAll(List.of(more));
    return ProxyProcess.inFrontOf(arguments);
  }
}
