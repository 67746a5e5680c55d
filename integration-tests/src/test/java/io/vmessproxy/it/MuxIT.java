package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.Cargo;
import io.vmessproxy.it.support.Crowd;
import io.vmessproxy.it.support.LocalBinaryPeer;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.Requires;
import io.vmessproxy.it.support.SocksClient;
import io.vmessproxy.it.support.SocksUdpClient;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.Tool;
import io.vmessproxy.it.support.Tunnel;
import io.vmessproxy.it.support.VmessUser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Many streams on few connections to v2ray, counted by a relay before it. Each event loop of the
 * program, and it has one a processor, fills connections of its own. For mux to ourselves see
 * {@link OursToOursIT}.
 */
@Requires(Tool.V2RAY)
class MuxIT {
  private static final int STREAMS = 40;

  /** V2Ray's own limit: so many streams have been on one connection when it gets no new ones. */
  private static final int STREAMS_EVER = 128;

  @TempDir Path directory;
  private LocalBinaryPeer peer;
  private TcpTarget relay;
  private TcpTarget echo;

  @BeforeEach
  void start() {
    echo = TcpTarget.echo();
    peer = LocalBinaryPeer.start(VmessUser.AEAD, VmessUser.LEGACY);
    relay = TcpTarget.relay(peer.port());
  }

  @AfterEach
  void stop() {
    echo.close();
    relay.close();
    peer.close();
  }

  @ParameterizedTest(name = "--mux {0} security {1} alterId {2}")
  @CsvSource({
    "8, auto, 0",
    "8, none, 0",
    "8, aes-128-cfb, 16",
    "64, auto, 0",
    "64, chacha20-poly1305, 16",
  })
  void carriesFortyStreamsOnFewConnections(int concurrency, String security, int alterId)
      throws Exception {
    VmessUser user = alterId == 0 ? VmessUser.AEAD : VmessUser.LEGACY;
    try (ProxyProcess proxy = proxy(user, security, concurrency)) {
      Crowd.talk(STREAMS, proxy.port(), echo.port());

      int least = (STREAMS + concurrency - 1) / concurrency;
      assertThat(connections()).isBetween(least, least + ProxyProcess.LOOPS);
    }
  }

  /** An association is on one event loop, so that one connection is enough for all its targets. */
  @ParameterizedTest(name = "--mux {0}")
  @CsvSource({"8", "64"})
  void carriesDatagramsToManyTargetsOnOneConnection(int concurrency) throws IOException {
    List<Cargo> targets = new ArrayList<>();
    try (ProxyProcess proxy = proxy(VmessUser.AEAD, "auto", concurrency);
        SocksUdpClient client = SocksUdpClient.associate(proxy.port())) {
      for (int i = 0; i < 6; i++) {
        Cargo target = new Cargo(directory);
        targets.add(target);
        for (int size : List.of(1, 2, 512, 1400)) {
          target.echo(client, size);
        }
      }

      assertThat(connections()).isEqualTo(1);
    } finally {
      targets.forEach(Cargo::close);
    }
  }

  @Test
  void carriesStreamsAndDatagrams() throws IOException {
    try (Cargo cargo = new Cargo(directory);
        ProxyProcess proxy = proxy(VmessUser.AEAD, "auto", 8)) {
      cargo.download(proxy.port());
      cargo.upload(proxy.port());
      cargo.datagrams(proxy.port());
    }
  }

  @Test
  void takesNewConnectionsWhenTheirStreamsAreUsedUp() throws IOException {
    try (ProxyProcess proxy = proxy(VmessUser.AEAD, "auto", 8)) {
      for (int i = 0; i < STREAMS_EVER * ProxyProcess.LOOPS + STREAMS; i++) {
        Tunnel stream = SocksClient.socks5(proxy.port(), "127.0.0.1", echo.port());
        say(stream);
        // A mere end would be half of one, and keep its place until the target's end.
        stream.reset();
      }

      assertThat(connections()).isBetween(ProxyProcess.LOOPS + 1, 3 * ProxyProcess.LOOPS);
    }
  }

  private int connections() {
    return relay.accepted().size() - ProxyProcess.QUESTIONS;
  }

  private ProxyProcess proxy(VmessUser user, String security, int concurrency) {
    return ProxyProcess.inFrontOf(
        List.of(
            "--server",
            "127.0.0.1:" + relay.port(),
            "--user",
            user.asUser(security),
            "--mux",
            Integer.toString(concurrency)));
  }

  private static void say(Tunnel stream) throws IOException {
    stream.socket().getOutputStream().write('x');
    assertThat(stream.socket().getInputStream().read()).isEqualTo('x');
  }
}
