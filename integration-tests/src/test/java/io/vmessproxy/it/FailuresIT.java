package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.Curl;
import io.vmessproxy.it.support.FrontEnd;
import io.vmessproxy.it.support.LocalBinaryPeer;
import io.vmessproxy.it.support.Peer;
import io.vmessproxy.it.support.Ports;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.Requires;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.Tool;
import io.vmessproxy.it.support.Tunnel;
import io.vmessproxy.it.support.VmessUser;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What applications hear when the server cannot be used: soon, and in their own protocol. */
class FailuresIT {
  private static final String UNKNOWN_USER = "0b3d1f4a-51c7-4b0e-9d8e-3f6a2c7d8e90";
  private static final Duration AT_ONCE = Duration.ofSeconds(1);
  private static final Duration HANDSHAKE = Duration.ofSeconds(5);

  @TempDir Path directory;

  @Test
  void saysThatTheServerRefuses() throws IOException {
    String server = "127.0.0.1:" + Ports.closed();

    try (ProxyProcess proxy = inFrontOf(server)) {
      warmUp(proxy);
      assertReply(proxy, FrontEnd.SOCKS5H, AT_ONCE, 0x05);
      assertReply(proxy, FrontEnd.SOCKS4A, AT_ONCE, 0x5b);
      assertReply(proxy, FrontEnd.CONNECT, AT_ONCE, 502);
      assertPage(proxy, AT_ONCE, 502, server, "refused");
      assertThat(proxy.log()).contains(server).contains("refused");
      assertServes(proxy);
    }
  }

  @Test
  void saysThatTheServersNameDoesNotResolve() throws IOException {
    String server = "no-such-host.invalid:443";

    try (ProxyProcess proxy = inFrontOf(server)) {
      assertReply(proxy, FrontEnd.SOCKS5H, HANDSHAKE, 0x04);
      assertReply(proxy, FrontEnd.SOCKS4A, HANDSHAKE, 0x5b);
      assertReply(proxy, FrontEnd.CONNECT, HANDSHAKE, 502);
      assertPage(proxy, HANDSHAKE, 502, server);
    }
  }

  /** An unknown user and a wrong clock look the same from here: silence, or a closed connection. */
  @Test
  @Requires(Tool.V2RAY)
  void saysThatTheServerDoesNotTakeTheUser() throws Exception {
    try (LocalBinaryPeer peer = LocalBinaryPeer.start();
        ProxyProcess proxy = ProxyProcess.inFrontOf(peer.options(UNKNOWN_USER, "auto"))) {
      together(
          () -> assertReply(proxy, FrontEnd.SOCKS5H, HANDSHAKE, 0x01, 0x02, 0x04, 0x05),
          () -> assertReply(proxy, FrontEnd.SOCKS4A, HANDSHAKE, 0x5b),
          () -> assertReply(proxy, FrontEnd.CONNECT, HANDSHAKE, 502, 504),
          () -> assertPage(proxy, HANDSHAKE, 0, peer.address(), "user id", "clock"));
      assertThat(proxy.log()).contains("user id", "clock").doesNotContain(UNKNOWN_USER);
    }
  }

  /** V2Ray is as silent to these as it is to a stranger. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0  | 300   | clock       | leave --clock-offset away
          0  | -3600 | clock       | leave --clock-offset away
          64 | 0     | header-form | set alterId=0 for this user
          """)
  @Requires(Tool.V2RAY)
  void saysWhatTheServerDoesNotTakeOfItsOwnUser(
      int alterId, String clockOffset, String failure, String action) throws Exception {
    VmessUser user = new VmessUser(Peer.USER, alterId);
    try (LocalBinaryPeer peer = LocalBinaryPeer.start();
        ProxyProcess proxy = ProxyProcess.inFrontOf(ours(peer, user, clockOffset))) {
      assertPage(proxy, HANDSHAKE, 502, peer.address(), action, "Class of failure: " + failure);
      assertThat(proxy.log()).contains(action).doesNotContain(Peer.USER);
    }
  }

  private static List<String> ours(LocalBinaryPeer peer, VmessUser user, String clockOffset) {
    List<String> options = new ArrayList<>(peer.options(user, "auto"));
    options.addAll(List.of("--clock-offset", clockOffset));
    return options;
  }

  @Test
  void givesUpOnAServerThatStaysSilent() throws Exception {
    try (TcpTarget silent = TcpTarget.silent();
        ProxyProcess proxy = inFrontOf("127.0.0.1:" + silent.port())) {
      String server = "127.0.0.1:" + silent.port();
      together(
          () -> assertReply(proxy, FrontEnd.SOCKS5H, HANDSHAKE, 0x01, 0x02, 0x04, 0x06),
          () -> assertReply(proxy, FrontEnd.SOCKS4A, HANDSHAKE, 0x5b),
          () -> assertReply(proxy, FrontEnd.CONNECT, HANDSHAKE, 502, 504),
          () -> assertPage(proxy, HANDSHAKE, 0, server));
    }
  }

  /** Side by side, as each takes seconds of waiting. */
  private static void together(Check... checks) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(checks.length);
    try {
      for (Future<?> one : Stream.of(checks).map(threads::submit).toList()) {
        one.get(30, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private interface Check extends Callable<@Nullable Void> {
    void run() throws Exception;

    @Override
    default @Nullable Void call() throws Exception {
      run();
      return null;
    }
  }

  private static ProxyProcess inFrontOf(String server) {
    return ProxyProcess.inFrontOf(List.of("--server", server, "--user", Peer.USER));
  }

  /** The first connection of a young process is slow for reasons that are not the server's. */
  private static void warmUp(ProxyProcess proxy) throws IOException {
    FrontEnd.SOCKS5H.open(proxy.port(), "warm-up.test", 80).close();
  }

  private static void assertReply(
      ProxyProcess proxy, FrontEnd frontEnd, Duration limit, Integer... codes) throws IOException {
    long start = System.nanoTime();
    try (Tunnel tunnel = frontEnd.open(proxy.port(), "target.test", 80)) {
      assertThat(tunnel.code()).as("%s: %s", frontEnd, proxy.log()).isIn((Object[]) codes);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(limit);
    }
  }

  /**
   * Asks for a page over plain HTTP and expects the proxy's own, with these words.
   *
   * @param status 0 for either of 502 and 504
   */
  private void assertPage(ProxyProcess proxy, Duration limit, int status, String... words)
      throws IOException {
    long start = System.nanoTime();
    Curl.Answer answer =
        new Curl(directory).get(FrontEnd.HTTP, proxy.port(), "http://target.test/");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(limit);

    assertThat(answer.exit()).as(answer.error()).isZero();
    assertThat(answer.status()).isIn(status == 0 ? List.of(502, 504) : List.of(status));
    assertThat(answer.text()).contains(words);
  }

  /** The program itself is none the worse: it still answers. */
  private static void assertServes(ProxyProcess proxy) throws IOException {
    assertThat(proxy.process().alive()).isTrue();
    warmUp(proxy);
  }
}
