package io.vmessproxy.client.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
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
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Servers that come and go under running streams, as with a subscription. */
@Timeout(30)
final class ReplacedServersTest {
  private final SecureRandom random = new SecureRandom();
  private final EventLoopGroup loops = EventLoops.group(1);
  private final SystemResolver resolver = new SystemResolver();
  private final Dialer dialer = new Dialer(resolver);
  private final Account user = new Account(UserId.random(random), 0, Security.AES_128_GCM, 0);
  private final EventLoop loop = loops.next();
  private final List<AutoCloseable> running = new ArrayList<>();
  private final List<String> dialed = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : running) {
      one.close();
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }

  @Test
  void aStreamOutlivesItsServersPlaceInTheList() throws Exception {
    Destination echo = echo();
    Server first = server("first");
    Server second = server("second");
    VmessOutbound outbound = outbound(first);
    Echoing old = new Echoing(open(outbound, echo));
    old.exchange("before");

    outbound.replace(List.of(second));

    old.exchange("after");
    OpenStream next = open(outbound, echo);
    assertThat(next.server()).isEqualTo("second");
    new Echoing(next).exchange("through the second");
    old.exchange("and again");
  }

  @Test
  void whatIsKnownOfAServerThatStaysIsKept() throws Exception {
    Destination echo = echo();
    Server stays = server("stays");
    VmessOutbound outbound = outbound(stays);
    open(outbound, echo);

    outbound.replace(List.of(server("comes"), stays));
    outbound.replace(List.of(stays));
    open(outbound, echo);

    assertThat(dialed).as("dials made").containsOnlyOnce("stays");
  }

  @Test
  void whatIsKnownOfAServerThatGoesIsDropped() throws Exception {
    Destination echo = echo();
    Server goes = server("goes");
    VmessOutbound outbound = outbound(goes);
    open(outbound, echo);

    outbound.replace(List.of(server("other")));
    outbound.replace(List.of(goes));
    open(outbound, echo);

    assertThat(dialed).containsExactly("goes", "goes");
  }

  @Test
  void makesReadyNoMoreThanItIsToldTo() {
    List<Server> servers = new ArrayList<>();
    for (int i = 1; i <= 2000; i++) {
      servers.add(new Server("s" + i, new Destination(Address.of("s.example"), i), List.of(user)));
    }
    VmessOutbound outbound = outbound(servers.toArray(Server[]::new));
    assertThat(dialed).isEmpty();

    outbound.prepare(3);

    assertThat(dialed).containsExactly("s1", "s2", "s3");
  }

  @Test
  void oneStreamForAllTargetsHoldsAsLongAsItHoldsForEachServer() {
    Server plain = new Server("p", new Destination(Address.of("p.example"), 1), List.of(user));
    Server xudp =
        new Server("x", plain.address(), plain.users(), 0, UdpMode.XUDP, StreamSettings.PLAIN);
    VmessOutbound outbound = outbound(xudp);
    assertThat(outbound.oneStreamForAllTargets()).isTrue();

    outbound.replace(List.of(xudp, plain));
    assertThat(outbound.oneStreamForAllTargets()).isFalse();

    outbound.replace(List.of(xudp));
    assertThat(outbound.oneStreamForAllTargets()).isTrue();
  }

  private VmessOutbound outbound(Server... servers) {
    return new VmessOutbound(
        health -> new RoundRobin(List.of(servers)), PolicyTable.DEFAULT, this::dial);
  }

  private VmessDial dial(Endpoint endpoint, DialListener suggestions) {
    dialed.add(endpoint.server().tag());
    return new VmessDial(
        endpoint,
        new TcpTransport(dialer, endpoint.server().address(), Duration.ofSeconds(5)),
        Clock.systemUTC(),
        random,
        Duration.ofSeconds(5),
        suggestions);
  }

  private OpenStream open(VmessOutbound outbound, Destination target) throws Exception {
    Future<OpenStream> opening = outbound.open(Session.of("test", target), loop);
    return opening.sync().getNow();
  }

  private Server server(String tag) {
    VmessServer server =
        new VmessServer(
            List.of(new InboundUser(user.id(), 0, 0, "")),
            InboundOptions.open(PolicyTable.DEFAULT),
            new Freedom(dialer),
            Clock.systemUTC());
    running.add(server);
    Channel bound =
        server
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), loops)
            .syncUninterruptibly()
            .channel();
    int port = ((InetSocketAddress) bound.localAddress()).getPort();
    return new Server(tag, new Destination(Address.of("127.0.0.1"), port), List.of(user));
  }

  private Destination echo() throws IOException {
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    running.add(listener);
    daemon(
        () -> {
          while (true) {
            Socket socket = listener.accept();
            daemon(() -> socket.getInputStream().transferTo(socket.getOutputStream()));
          }
        });
    return new Destination(Address.of("127.0.0.1"), listener.getLocalPort());
  }

  private static void daemon(Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException closed) {
                // The test is over.
                return;
              }
            },
            "echo");
    thread.setDaemon(true);
    thread.start();
  }

  private interface Task {
    void run() throws IOException;
  }

  /** A stream whose other end sends back what it gets. */
  private static final class Echoing extends ChannelInboundHandlerAdapter {
    private final Channel channel;
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    Echoing(OpenStream stream) {
      channel = stream.channel();
      channel.pipeline().addLast(this);
      channel.config().setAutoRead(true);
    }

    void exchange(String text) throws Exception {
      channel.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII)).sync();
      StringBuilder back = new StringBuilder();
      while (back.length() < text.length()) {
        String part = received.poll(10, TimeUnit.SECONDS);
        assertThat(part).as("echo of %s", text).isNotNull();
        back.append(part);
      }
      assertThat(back).hasToString(text);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof ByteBuf bytes) {
        received.add(bytes.toString(StandardCharsets.US_ASCII));
      }
      ReferenceCountUtil.release(message);
    }
  }
}
