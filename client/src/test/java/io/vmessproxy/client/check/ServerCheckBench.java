package io.vmessproxy.client.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.vmessproxy.client.fetch.ScriptedServer;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.selection.UdpMode;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.settings.ClockOffset;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.stack.Transports;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.SystemResolver;
import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.inbound.Freedom;
import io.vmessproxy.common.vmess.inbound.InboundOptions;
import io.vmessproxy.common.vmess.inbound.InboundUser;
import io.vmessproxy.common.vmess.inbound.VmessServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** Servers and targets of all kinds, and a walk to them. */
@Timeout(30)
abstract class ServerCheckBench {
  static final Duration CONNECT = Duration.ofMillis(2500);
  static final Duration HANDSHAKE = Duration.ofSeconds(2);
  static final Duration ANSWER = Duration.ofMillis(2500);
  static final Duration BOUND = Duration.ofSeconds(3);

  final SecureRandom random = new SecureRandom();
  final EventLoopGroup loops = EventLoops.group(2);
  final SystemResolver resolver = new SystemResolver();
  final Dialer dialer = new Dialer(resolver);
  final UserId known = UserId.random(random);
  final List<AutoCloseable> running = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : running) {
      one.close();
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }

  static TransportSettings ws(String path) {
    return new TransportSettings.WebSocket(path, null, Map.of(), null);
  }

  Endpoint over(TransportSettings transport, int port) {
    Account account = account(known, 0);
    StreamSettings stream = new StreamSettings(transport, null);
    return new Endpoint(
        new Server("here", loopback(port), List.of(account), 0, UdpMode.PLAIN, stream), account);
  }

  Endpoint tls(int port) {
    Account account = account(known, 0);
    StreamSettings stream = new StreamSettings(new TransportSettings.Tcp(), TlsSettings.STANDARD);
    return new Endpoint(
        new Server("here", loopback(port), List.of(account), 0, UdpMode.PLAIN, stream), account);
  }

  static void assertFails(Report report, Failure failure, String stage) {
    assertFails(report, failure, stage, report.verdict().evidence());
  }

  static void assertFails(Report report, Failure failure, String stage, String evidence) {
    assertThat(report.verdict().evidence()).isEqualTo(evidence);
    assertThat(report.verdict().failure()).isEqualTo(failure);
    assertThat(report.verdict().stage()).isEqualTo(stage);
    assertThat(report.verdict().action()).isNotEmpty();
  }

  Report check(Destination server, UserId user, URI url) {
    return check(server, account(user, 0), settings(url, 0));
  }

  static Account account(UserId user, int alterId) {
    return new Account(user, alterId, Security.AES_128_GCM, 0);
  }

  static CheckSettings settings(URI url, int clockOffset) {
    ClockOffset clock = new ClockOffset(Duration.ofSeconds(clockOffset), false);
    return new CheckSettings(url, CONNECT, HANDSHAKE, ANSWER, clock, true);
  }

  Report check(Destination server, Account account, CheckSettings settings) {
    return check(new Endpoint(new Server("here", server, List.of(account)), account), settings);
  }

  /** Within the bound, whatever is wrong. */
  Report check(Endpoint endpoint, CheckSettings settings) {
    ServerCheck check = new ServerCheck(dialer, Clock.systemUTC(), random, settings);

    long start = System.nanoTime();
    Report report = check.check(endpoint, loops.next()).syncUninterruptibly().getNow();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    // Classes are loaded the first time, and a machine may be busy once: then the second counts.
    if (took.compareTo(BOUND) >= 0) {
      start = System.nanoTime();
      report = check.check(endpoint, loops.next()).syncUninterruptibly().getNow();
      took = Duration.ofNanos(System.nanoTime() - start);
    }
    assertThat(took).isLessThan(BOUND);
    return report;
  }

  int vmess() throws IOException {
    return vmess(0);
  }

  int vmess(int aheadSeconds) throws IOException {
    return vmess(aheadSeconds, new TransportSettings.Tcp());
  }

  /** The port of a server that knows one user and reaches everything; its clock is ahead. */
  int vmess(int aheadSeconds, TransportSettings transport) throws IOException {
    VmessServer server =
        new VmessServer(
            List.of(new InboundUser(known, 0, 0, "")),
            InboundOptions.open(PolicyTable.DEFAULT),
            new Freedom(dialer),
            Clock.offset(Clock.systemUTC(), Duration.ofSeconds(aheadSeconds)));
    running.add(server);
    Channel bound =
        server
            .bind(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                loops,
                Transports.inbound(transport, null))
            .syncUninterruptibly()
            .channel();
    return ((InetSocketAddress) bound.localAddress()).getPort();
  }

  ScriptedServer target(String answer) throws IOException {
    ScriptedServer target = ScriptedServer.answering(answer);
    running.add(target);
    return target;
  }

  ScriptedServer scripted(ScriptedServer.Script script) throws IOException {
    ScriptedServer server = ScriptedServer.of(script);
    running.add(server);
    return server;
  }

  static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  static Destination loopback(int port) {
    return new Destination(Address.of("127.0.0.1"), port);
  }

  static URI url(ScriptedServer server, String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }
}
