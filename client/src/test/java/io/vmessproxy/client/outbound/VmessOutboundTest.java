package io.vmessproxy.client.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.RoundRobin;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.client.transport.tcp.TcpTransport;
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
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an application may be told of its server, and when. */
@Timeout(30)
class VmessOutboundTest {
  private static final Duration HANDSHAKE = Duration.ofMillis(500);

  private final SecureRandom random = new SecureRandom();
  private final EventLoopGroup loops = EventLoops.group(1);
  private final SystemResolver resolver = new SystemResolver();
  private final Dialer dialer = new Dialer(resolver);
  private final UserId known = UserId.random(random);
  private final List<AutoCloseable> running = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : running) {
      one.close();
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }

  @Test
  void opensAStreamThroughAServerThatTakesTheUser() {
    Future<OpenStream> opening = open(outbound(server(), known)).awaitUninterruptibly();

    assertThat(opening.isSuccess()).as("%s", opening.cause()).isTrue();
    assertThat(opening.getNow().channel().config().isAutoRead()).isFalse();
  }

  @Test
  void saysThatAServerRefuses() throws Exception {
    Destination closed;
    try (ServerSocket socket = listen()) {
      closed = loopback(socket.getLocalPort());
    }

    OutboundException failure = failure(open(outbound(closed, known)));

    assertThat(failure.failure()).isEqualTo(Failure.REFUSED);
    assertThat(failure)
        .hasMessage(
            "server here, connect: refused (is the port right, and is the server running?)");
  }

  @Test
  void saysThatAServerDoesNotTakeTheUser() {
    OutboundException failure = failure(open(outbound(server(), UserId.random(random))));

    assertThat(failure.failure()).isEqualTo(Failure.UNKNOWN_USER);
    assertThat(failure.getMessage())
        .startsWith("server here, vmess: no answer in ")
        .contains("user id", "clock");
  }

  @Test
  void saysThatAServerClosesWithoutAnAnswer() throws Exception {
    ServerSocket hangUp = listen();
    running.add(hangUp);
    accept(
        hangUp,
        socket -> {
          if (socket.getInputStream().read() >= 0) {
            socket.close();
          }
        });

    OutboundException failure = failure(open(outbound(loopback(hangUp.getLocalPort()), known)));

    assertThat(failure.failure()).isEqualTo(Failure.REJECTED);
    assertThat(failure.getMessage()).contains("closed without an answer");
  }

  @Test
  void asksASilentServerOnceHoweverManyWait() throws Exception {
    ServerSocket silent = listen();
    running.add(silent);
    List<Socket> accepted = Collections.synchronizedList(new ArrayList<>());
    accept(silent, accepted::add);
    VmessOutbound outbound = outbound(loopback(silent.getLocalPort()), known);

    List<Future<OpenStream>> openings = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      openings.add(open(outbound));
    }
    openings.forEach(
        opening -> assertThat(failure(opening).failure()).isEqualTo(Failure.UNKNOWN_USER));

    int probes = 8 + 1; // of other times, and of the other form
    assertThat(accepted).hasSize(20 + 1 + probes);
    assertThat(failure(open(outbound)).failure()).isEqualTo(Failure.UNKNOWN_USER);
    assertThat(accepted).as("within a minute").hasSize(20 + 1 + probes + 2);
  }

  @Test
  void asksAgainAfterAServerHungUpOnAStream() throws Exception {
    Endpoint endpoint = endpoint(server(), known);
    VmessDial dial = dial(endpoint);
    assertThat(dial.proof().ensure(loops.next()).awaitUninterruptibly().isSuccess()).isTrue();
    assertThat(dial.proof().ensure(loops.next()).isDone()).as("known by now").isTrue();

    dial.proof().refused(new EmbeddedChannel(), Unpooled.EMPTY_BUFFER, new IOException("gone"));

    assertThat(isKnown(dial)).as("has to ask").isFalse();
    assertThat(dial.proof().ensure(loops.next()).awaitUninterruptibly().isSuccess()).isTrue();
  }

  @Test
  void asksAgainAfterAStreamThatWaitedInVainOnly() throws Exception {
    VmessDial dial = dial(endpoint(server(), known));
    dial.proof().ensure(loops.next()).awaitUninterruptibly();

    dial.proof().abandoned(HANDSHAKE.toNanos() - 1);
    assertThat(isKnown(dial)).isTrue();

    dial.proof().abandoned(HANDSHAKE.toNanos());
    assertThat(isKnown(dial)).isFalse();
  }

  /** Asked on the loop that an answer would come to: it cannot have come meanwhile. */
  private boolean isKnown(VmessDial dial) throws Exception {
    EventLoop loop = loops.next();
    return loop.submit(() -> dial.proof().ensure(loop).isDone()).get();
  }

  private Destination server() {
    VmessServer server =
        new VmessServer(
            List.of(new InboundUser(known, 0, 0, "")),
            InboundOptions.open(PolicyTable.DEFAULT),
            new Freedom(dialer),
            Clock.systemUTC());
    running.add(server);
    Channel bound =
        server
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), loops)
            .syncUninterruptibly()
            .channel();
    return loopback(((InetSocketAddress) bound.localAddress()).getPort());
  }

  private VmessOutbound outbound(Destination server, UserId user) {
    Endpoint endpoint = endpoint(server, user);
    return new VmessOutbound(
        health -> new RoundRobin(List.of(endpoint.server())), PolicyTable.DEFAULT, this::dial);
  }

  private Endpoint endpoint(Destination server, UserId user) {
    Account account = new Account(user, 0, Security.AES_128_GCM, 0);
    return new Endpoint(new Server("here", server, List.of(account)), account);
  }

  private VmessDial dial(Endpoint endpoint) {
    return dial(endpoint, suggestion -> {});
  }

  private VmessDial dial(Endpoint endpoint, DialListener suggestions) {
    return new VmessDial(
        endpoint,
        new TcpTransport(dialer, endpoint.server().address(), Duration.ofSeconds(5)),
        Clock.systemUTC(),
        random,
        HANDSHAKE,
        suggestions);
  }

  private Future<OpenStream> open(VmessOutbound outbound) {
    Session session = Session.of("test", new Destination(Address.of("target.example"), 80));
    return outbound.open(session, loops.next());
  }

  private static OutboundException failure(Future<OpenStream> opening) {
    opening.awaitUninterruptibly();
    assertThat(opening.cause()).isInstanceOf(OutboundException.class);
    return (OutboundException) opening.cause();
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
  }

  private static void accept(ServerSocket socket, Accepted accepted) {
    inBackground(
        () -> {
          while (true) {
            Socket one = socket.accept();
            inBackground(() -> accepted.take(one));
          }
        });
  }

  private static void inBackground(Blocking work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException closed) {
                // The test is over.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private interface Blocking {
    void run() throws IOException;
  }

  private static Destination loopback(int port) {
    return new Destination(Address.of("127.0.0.1"), port);
  }

  private interface Accepted {
    void take(Socket socket) throws IOException;
  }
}
