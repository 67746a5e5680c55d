package io.vmessproxy.client.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.RoundRobin;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.selection.UdpMode;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.client.transport.tcp.TcpTransport;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.SystemResolver;
import io.vmessproxy.common.policy.Policy;
import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.inbound.Detour;
import io.vmessproxy.common.vmess.inbound.Freedom;
import io.vmessproxy.common.vmess.inbound.InboundOptions;
import io.vmessproxy.common.vmess.inbound.InboundUser;
import io.vmessproxy.common.vmess.inbound.TargetAccess;
import io.vmessproxy.common.vmess.inbound.VmessServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Shared connections, datagrams, suggested ports and levels, through our own server on real
 * sockets.
 */
@Timeout(30)
class WaysToAServerTest {
  private final SecureRandom random = new SecureRandom();
  private final EventLoopGroup loops = EventLoops.group(1);
  private final SystemResolver resolver = new SystemResolver();
  private final Dialer dialer = new Dialer(resolver);
  private final UserId known = UserId.random(random);
  private final EventLoop loop = loops.next();
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
  void asManyStreamsShareAConnectionAsTheServersSettingsAllow() throws Exception {
    VmessServer server = server(Detour.NONE);
    Destination silent = silentTarget();
    VmessOutbound outbound =
        outbound(new Server("s", bind(server), users(), 4, UdpMode.PLAIN, StreamSettings.PLAIN));

    for (int i = 0; i < 9; i++) {
      // One by one: the connection that asks whether the server takes the user is closed by then.
      Channel stream = opened(outbound.open(Session.of("test", silent), loop)).channel();
      stream.writeAndFlush(Unpooled.copiedBuffer("x", StandardCharsets.US_ASCII)).sync();
    }

    assertThat(connected(server)).isEqualTo(3);
  }

  @Test
  void anotherNetworkMeansOtherConnectionsForNewStreams() throws Exception {
    VmessServer server = server(Detour.NONE);
    Destination silent = silentTarget();
    VmessOutbound outbound =
        outbound(new Server("s", bind(server), users(), 4, UdpMode.PLAIN, StreamSettings.PLAIN));
    Channel old = send(outbound, silent);
    send(outbound, silent);
    awaitConnected(server, 1);

    outbound.networkChanged("the machine slept", Set.of());

    send(outbound, silent);
    awaitConnected(server, 2);
    assertThat(old.isActive()).as("streams that are open go on").isTrue();

    outbound.networkChanged(
        "an address is gone", Set.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1})));
    assertThat(old.closeFuture().await(5, TimeUnit.SECONDS))
        .as("retired ones go on as long as they can")
        .isFalse();
    awaitConnected(server, 1);
  }

  /** The connection that asked whether the server takes the user goes meanwhile. */
  private static void awaitConnected(VmessServer server, int count) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (connected(server) != count) {
      assertThat(System.nanoTime() - deadline)
          .as("%d connections (expected: %d)", connected(server), count)
          .isNegative();
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private Channel send(VmessOutbound outbound, Destination target) throws InterruptedException {
    Channel stream = opened(outbound.open(Session.of("test", target), loop)).channel();
    stream.writeAndFlush(Unpooled.copiedBuffer("x", StandardCharsets.US_ASCII)).sync();
    return stream;
  }

  @ParameterizedTest
  @CsvSource({"PLAIN, 0", "PLAIN, 8", "XUDP, 0", "XUDP, 8", "PACKETADDR, 0"})
  void datagramsComeBackFromWhereTheyWent(UdpMode mode, int mux) throws Exception {
    Destination echo = udpEcho();
    VmessOutbound outbound =
        outbound(
            new Server("s", bind(server(Detour.NONE)), users(), mux, mode, StreamSettings.PLAIN));

    Answers answers = new Answers();
    Channel stream = opened(outbound.open(Session.ofDatagrams("test", echo), loop)).channel();
    stream.pipeline().addLast(answers);
    stream.config().setAutoRead(true);
    for (String payload : List.of("a", "bc", "x".repeat(1400))) {
      stream.writeAndFlush(
          new Datagram(echo, Unpooled.copiedBuffer(payload, StandardCharsets.US_ASCII)));

      assertThat(answers.received.poll(10, TimeUnit.SECONDS)).isEqualTo(echo + " " + payload);
    }
    assertThat(outbound.oneStreamForAllTargets()).isEqualTo(mode != UdpMode.PLAIN);
  }

  @Test
  void aSuggestedPortHasItsTurn() throws Exception {
    VmessServer other = server(Detour.NONE);
    int port = bind(other).port();
    VmessServer first = server(Detour.to(other, port));
    VmessOutbound outbound = outbound(new Server("s", bind(first), users()));
    Destination silent = silentTarget();

    // The answer to the question whether the server takes the user holds the suggestion already.
    List<String> servers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      servers.add(opened(outbound.open(Session.of("test", silent), loop)).server());
    }

    String suggested = "s port " + port;
    assertThat(servers).containsExactly("s", "s", suggested, "s");
  }

  @Test
  void aSuggestedPortThatFailsCostsNoStream() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    UserId other = UserId.random(random);
    List<Boolean> asked = new ArrayList<>();
    // Once only, so that it is not suggested again when it has failed.
    Detour once = user -> asked.add(true) && asked.size() == 1 ? suggestion(closed, other) : null;
    VmessOutbound outbound = outbound(new Server("s", bind(server(once)), users()));
    Destination silent = silentTarget();

    List<String> servers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      servers.add(opened(outbound.open(Session.of("test", silent), loop)).server());
    }

    assertThat(servers).containsOnly("s");
  }

  @Test
  void eachEndAppliesThePolicyOfItsOwnLevelForTheUser() throws Exception {
    Policy impatient = idleFor(Duration.ofMillis(300));
    Policy patient = idleFor(Duration.ofSeconds(77));
    PolicyTable atServer = new PolicyTable(Map.of(1, impatient));
    PolicyTable atClient = new PolicyTable(Map.of(5, patient));
    UserId other = UserId.random(random);
    Destination server =
        bind(
            server(
                Detour.NONE,
                atServer,
                List.of(new InboundUser(known, 0, 1, ""), new InboundUser(other, 0, 0, ""))));
    Destination silent = silentTarget();

    OpenStream hurried = asUser(known, 5, server, silent, atClient);
    OpenStream unhurried = asUser(other, 0, server, silent, atClient);

    assertThat(hurried.policy()).isEqualTo(patient);
    assertThat(unhurried.policy()).isEqualTo(Policy.DEFAULT);
    assertThat(hurried.channel().closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(unhurried.channel().isActive()).isTrue();
  }

  private OpenStream asUser(
      UserId id, int level, Destination server, Destination target, PolicyTable policies) {
    Account user = new Account(id, 0, Security.AES_128_GCM, level);
    RoundRobin selector = new RoundRobin(List.of(new Server("s", server, List.of(user))));
    VmessOutbound outbound = new VmessOutbound(health -> selector, policies, this::dial);
    OpenStream stream = opened(outbound.open(Session.of("test", target), loop));
    stream.channel().config().setAutoRead(true);
    stream.channel().writeAndFlush(Unpooled.copiedBuffer("x", StandardCharsets.US_ASCII));
    return stream;
  }

  private static Policy idleFor(Duration connIdle) {
    return new Policy(Duration.ofSeconds(4), connIdle, Duration.ofSeconds(2), connIdle);
  }

  private static @Nullable SwitchAccount suggestion(int port, UserId user) {
    return new SwitchAccount(null, port, user, 0, 0, 5);
  }

  private VmessServer server(Detour detour) {
    return server(detour, PolicyTable.DEFAULT, List.of(new InboundUser(known, 0, 0, "")));
  }

  private VmessServer server(Detour detour, PolicyTable policies, List<InboundUser> users) {
    InboundOptions options = new InboundOptions(policies, TargetAccess.ALL, false, detour, 0, 0);
    VmessServer server = new VmessServer(users, options, new Freedom(dialer), Clock.systemUTC());
    running.add(server);
    return server;
  }

  private Destination bind(VmessServer server) {
    Channel bound =
        server
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), loops)
            .syncUninterruptibly()
            .channel();
    return loopback(((InetSocketAddress) bound.localAddress()).getPort());
  }

  /** The listening socket is not counted. */
  private static long connected(VmessServer server) {
    return server.connections().stream().filter(channel -> channel.parent() != null).count();
  }

  private List<Account> users() {
    return List.of(new Account(known, 0, Security.AES_128_GCM, 0));
  }

  private VmessOutbound outbound(Server server) {
    return new VmessOutbound(
        health -> new RoundRobin(List.of(server)), PolicyTable.DEFAULT, this::dial);
  }

  private VmessDial dial(Endpoint endpoint, DialListener suggestions) {
    return new VmessDial(
        endpoint,
        new TcpTransport(dialer, endpoint.server().address(), Duration.ofSeconds(5)),
        Clock.systemUTC(),
        random,
        Duration.ofSeconds(4),
        suggestions);
  }

  private static OpenStream opened(Future<OpenStream> opening) {
    opening.awaitUninterruptibly();
    assertThat(opening.isSuccess()).as("%s", opening.cause()).isTrue();
    return opening.getNow();
  }

  private Destination silentTarget() throws IOException {
    ServerSocket socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    running.add(socket);
    return loopback(socket.getLocalPort());
  }

  private Destination udpEcho() throws IOException {
    DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    running.add(socket);
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
                  socket.receive(packet);
                  socket.send(packet);
                }
              } catch (IOException closed) {
                // The test is over.
              }
            });
    thread.setDaemon(true);
    thread.start();
    return loopback(socket.getLocalPort());
  }

  private static Destination loopback(int port) {
    return new Destination(Address.of("127.0.0.1"), port);
  }

  /** Datagrams as text. */
  private static final class Answers extends ChannelInboundHandlerAdapter {
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      if (msg instanceof Datagram answer) {
        received.add(
            answer.destination() + " " + answer.content().toString(StandardCharsets.US_ASCII));
      }
      ReferenceCountUtil.release(msg);
    }
  }
}
