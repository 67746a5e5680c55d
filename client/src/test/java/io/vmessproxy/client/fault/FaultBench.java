package io.vmessproxy.client.fault;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.pkitesting.X509Bundle;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.TlsServerSettings;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.stack.Transports;
import io.vmessproxy.client.transport.tcp.TcpTransport;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.InboundTransport;
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
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;

/** What faults are made of, and what stops it all. */
public final class FaultBench implements AutoCloseable {
  /** As the program's default. */
  public static final Duration CONNECT_TIMEOUT = Duration.ofMillis(2500);

  /** As the program's default. */
  public static final Duration HANDSHAKE_TIMEOUT = Duration.ofMillis(2500);

  /** The user that everybody's settings have. */
  static final UserId USER = UserId.parse("27848739-7e62-4138-9fd3-098a63964b6b");

  private final SecureRandom random = new SecureRandom();
  private final EventLoopGroup loops = EventLoops.group(2);
  private final SystemResolver resolver = new SystemResolver();
  private final Dialer dialer = new Dialer(resolver);
  private final ConcurrentLinkedDeque<AutoCloseable> running = new ConcurrentLinkedDeque<>();

  /** Event loops for whoever needs some. */
  public EventLoopGroup loops() {
    return loops;
  }

  /** Randomness for whoever needs some. */
  public SecureRandom random() {
    return random;
  }

  <T extends AutoCloseable> T stopLater(T started) {
    running.addFirst(started);
    return started;
  }

  /** A socket that does this to each connection. */
  Destination listening(RawServer.Behaviour behaviour) throws IOException {
    return loopback(stopLater(RawServer.start(behaviour)).port());
  }

  /** Our own server, which knows the user. */
  Destination vmess(int alterId, int clockAheadSeconds) {
    return vmess(alterId, clockAheadSeconds, InboundTransport.PLAIN);
  }

  /** Our own server behind a transport. */
  Destination vmess(TransportSettings transport) throws IOException {
    return vmess(0, 0, Transports.inbound(transport, null));
  }

  /** Our own server behind a transport and TLS. */
  Destination vmess(TransportSettings transport, X509Bundle certificate) throws IOException {
    return vmess(0, 0, Transports.inbound(transport, files(certificate)));
  }

  /** A server's files, until the tests end. */
  static TlsServerSettings files(X509Bundle certificate) throws IOException {
    return new TlsServerSettings(
        certificate.toTempCertChainPem().toPath(), certificate.toTempPrivateKeyPem().toPath());
  }

  Destination vmess(int alterId, int clockAheadSeconds, InboundTransport transport) {
    VmessServer server =
        new VmessServer(
            List.of(new InboundUser(USER, alterId, 0, "")),
            InboundOptions.open(PolicyTable.DEFAULT),
            new Freedom(dialer),
            Clock.offset(Clock.systemUTC(), Duration.ofSeconds(clockAheadSeconds)));
    stopLater(server);
    Channel bound =
        server
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), loops, transport)
            .syncUninterruptibly()
            .channel();
    return loopback(((InetSocketAddress) bound.localAddress()).getPort());
  }

  /** Connects, by the fault's own resolver where it has one. */
  public Dialer dialer(Fault.Broken broken) {
    return broken.resolver() == null ? dialer : new Dialer(broken.resolver());
  }

  /** The lowest layer to the server. */
  public OutboundTransport network(Fault.Broken broken) {
    return broken.network() == null
        ? new TcpTransport(dialer(broken), broken.server().address(), CONNECT_TIMEOUT)
        : broken.network();
  }

  /** The way to an address that there is by default. */
  OutboundTransport tcp(Destination address) {
    return new TcpTransport(dialer, address, CONNECT_TIMEOUT);
  }

  static Server server(Destination address) {
    return server(address, USER, 0);
  }

  static Server server(Destination address, UserId user, int alterId) {
    Account account = new Account(user, alterId, Security.AES_128_GCM, 0);
    return new Server("broken", address, List.of(account));
  }

  static Destination loopback(int port) {
    return new Destination(Address.of("127.0.0.1"), port);
  }

  @Override
  public void close() {
    for (AutoCloseable one : running) {
      try {
        one.close();
      } catch (Exception e) {
        throw new IllegalStateException("stopping " + one, e);
      }
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }
}
