package io.vmessproxy.client.transport.ahead;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.transport.ahead.AheadTransport.Times;
import io.vmessproxy.client.transport.tcp.TcpTransport;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.SystemResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On real sockets of this machine. */
class AheadTransportTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Times PATIENT = new Times(LONG, LONG);

  private final EventLoopGroup loops = EventLoops.group(1);
  private final EventLoop loop = loops.next();
  private final SystemResolver resolver = new SystemResolver();
  private final List<Socket> accepted = new CopyOnWriteArrayList<>();
  private final Semaphore room = new Semaphore(10);
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::accept);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        accepted.add(server.accept());
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    for (Socket socket : accepted) {
      socket.close();
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    resolver.close();
  }

  @Test
  void opensOthersWithTheFirstAndHandsThemOut() throws Exception {
    AheadTransport transport = transport(3, PATIENT);
    Channel first = open(transport).get();
    await(() -> accepted.size() == 4 && transport.ready() == 3);

    Future<Channel> second = open(transport);
    second.sync();
    assertThat(AheadTransport.isAhead(first)).isFalse();
    assertThat(AheadTransport.isAhead(second.getNow())).isTrue();
    await(() -> accepted.size() == 5);

    assertThat(second.getNow()).isNotSameAs(first);
    assertThat(second.getNow().config().isAutoRead()).isFalse();
    second.getNow().writeAndFlush(Unpooled.wrappedBuffer(new byte[] {7})).sync();
    Socket its =
        accepted.stream().filter(socket -> isFrom(socket, second.getNow())).findFirst().get();
    assertThat(its.getInputStream().read()).isEqualTo(7);
  }

  @Test
  void handsThemToStreamsOfAnotherLoop() throws Exception {
    EventLoopGroup others = EventLoops.group(1);
    try {
      EventLoop other = others.next();
      AheadTransport transport = transport(2, PATIENT);
      open(transport).get();
      await(() -> accepted.size() == 3 && transport.ready() == 2);

      Channel moved = other.submit(() -> transport.open(other)).get().get(5, TimeUnit.SECONDS);
      assertThat(AheadTransport.isAhead(moved)).isTrue();
      assertThat(moved.eventLoop()).isSameAs(other);
      CountDownLatch heard = new CountDownLatch(1);
      moved
          .pipeline()
          .addLast(
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object msg) {
                  ReferenceCountUtil.release(msg);
                  if (ctx.executor().inEventLoop() && other.inEventLoop()) {
                    heard.countDown();
                  }
                }
              });
      moved.config().setAutoRead(true);
      moved.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {7})).sync();
      Socket its = accepted.stream().filter(socket -> isFrom(socket, moved)).findFirst().get();
      assertThat(its.getInputStream().read()).isEqualTo(7);
      its.getOutputStream().write(8);
      assertThat(heard.await(5, TimeUnit.SECONDS)).isTrue();
    } finally {
      others.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  @Test
  void replacesThoseThatNobodyTakesAsLongAsThereIsInterest() throws Exception {
    AheadTransport transport =
        transport(2, new Times(Duration.ofMillis(100), Duration.ofMillis(1000)));
    open(transport).get();

    await(() -> accepted.size() >= 7);
    TimeUnit.MILLISECONDS.sleep(1500);
    int settled = accepted.size();
    TimeUnit.MILLISECONDS.sleep(500);

    assertThat(accepted).as("no interest, no connections").hasSize(settled);
    assertThat(accepted.stream().filter(AheadTransportTest::isOpen))
        .as("only the one that was asked for")
        .hasSize(1);
  }

  @Test
  void doesNotHandOutWhatTheServerHasClosed() throws Exception {
    AheadTransport transport = transport(1, PATIENT);
    Channel first = open(transport).get();
    await(() -> accepted.size() == 2 && transport.ready() == 1);
    for (Socket socket : accepted) {
      if (!isFrom(socket, first)) {
        socket.close();
      }
    }
    await(() -> transport.ready() == 0);
    Channel second = open(transport).get(5, TimeUnit.SECONDS);

    assertThat(second.isActive()).isTrue();
    await(() -> accepted.size() == 4);
  }

  @Test
  void handsOutNoneOfThoseFromBeforeARetirement() throws Exception {
    AheadTransport transport = transport(2, PATIENT);
    open(transport).get();
    await(() -> accepted.size() == 3 && transport.ready() == 2);
    transport.retire();
    await(() -> accepted.stream().filter(AheadTransportTest::isOpen).count() == 1);

    assertThat(open(transport).get(5, TimeUnit.SECONDS).isActive()).isTrue();
    await(() -> accepted.size() == 6);
  }

  @Test
  void handsOutNoneThatWasBeingOpenedAtARetirement() throws Exception {
    AheadTransport transport = transport(2, PATIENT);
    loop.submit(
            () -> {
              transport.open(loop);
              transport.retire();
            })
        .sync();
    await(() -> accepted.size() == 3);
    await(() -> accepted.stream().filter(AheadTransportTest::isOpen).count() == 1);

    assertThat(transport.ready()).isZero();
  }

  @Test
  void staysWithinTheRoomOfAllServers() throws Exception {
    AheadTransport first = transport(8, PATIENT);
    AheadTransport second = transport(8, PATIENT);
    open(first).get();
    open(second).get();
    await(() -> first.ready() + second.ready() == 10);
    assertThat(room.availablePermits()).isZero();

    first.retire();
    second.retire();
    await(() -> room.availablePermits() == 10);
  }

  @Test
  void whatFailsAtOnceIsNotTriedAgainAtOnce() throws Exception {
    AtomicInteger tries = new AtomicInteger();
    AheadTransport transport =
        new AheadTransport(
            on -> {
              tries.incrementAndGet();
              return on.newFailedFuture(new IOException("at once"));
            },
            3,
            room,
            PATIENT);

    assertThat(open(transport).await().cause()).hasMessage("at once");
    assertThat(tries).hasValue(1 + 3);
    assertThat(room.availablePermits()).isEqualTo(10);
  }

  @Test
  void aStreamHearsOfItsOwnConnectionOnly() throws Exception {
    AheadTransport transport = transport(2, PATIENT);
    server.close();
    for (int i = 0; i < 3; i++) {
      assertThat(open(transport).await().cause()).isInstanceOf(IOException.class);
    }
  }

  private AheadTransport transport(int most, Times times) {
    Destination to = new Destination(Address.of("127.0.0.1"), server.getLocalPort());
    return new AheadTransport(new TcpTransport(new Dialer(resolver), to, LONG), most, room, times);
  }

  private Future<Channel> open(AheadTransport transport) throws Exception {
    return loop.submit(() -> transport.open(loop)).get();
  }

  private static boolean isFrom(Socket socket, Channel channel) {
    return socket.getRemoteSocketAddress().equals(channel.localAddress());
  }

  /** Asked by a read that does not wait: the client never says anything. */
  private static boolean isOpen(Socket socket) {
    try {
      socket.setSoTimeout(1);
      return socket.getInputStream().read() >= 0;
    } catch (java.net.SocketTimeoutException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }
}
