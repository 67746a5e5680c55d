package io.vmessproxy.common.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ReflectiveChannelFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConnectRaceTest implements ConnectRace.Judge {
  private static final long LIMIT_SECONDS = 30;
  private static final String ONE = "127.0.0.1";
  private static final String TWO = "127.0.0.2";
  private static final String THREE = "127.0.0.3";

  private final EventLoopGroup loops = EventLoops.group(1);
  private final EventLoop loop = loops.next();
  private final ChannelFactory<Channel> real =
      new ReflectiveChannelFactory<>(EventLoops.socketChannel());
  private final List<Channel> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final BlockingQueue<Object> verdicts = new LinkedBlockingQueue<>();
  private volatile int available = Integer.MAX_VALUE; // sockets, until there are no descriptors

  @AfterEach
  void stop() {
    sockets.forEach(Channel::close);
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void takesTheFirstToConnectAndClosesTheOther() throws Exception {
    try (Clog clog = new Clog();
        ServerSocket server = listen(TWO, clog.port())) {
      race(server.getLocalPort(), ONE, TWO);

      assertThat(verdict()).isEqualTo(address(TWO));
      assertThat(sockets.get(0).closeFuture().await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(sockets.get(1).isActive()).isTrue();
    }
  }

  @Test
  void triesAllThatRefuseAndSaysSoOnce() throws Exception {
    race(closedPort(), ONE, TWO, THREE);

    assertThat(verdict()).isInstanceOf(ConnectException.class);
    assertThat(sockets).hasSize(3);
    settle();
    assertThat(verdicts).isEmpty();
  }

  @Test
  void closesAllThatIsUnderWayWhenStopped() throws Exception {
    try (Clog one = new Clog();
        Clog two = new Clog(address(TWO), one.port())) {
      ConnectRace race = race(two.port(), ONE, TWO);
      until(() -> sockets.size() == 2);
      loop.submit(race::stop).sync();

      for (Channel socket : sockets) {
        assertThat(socket.closeFuture().await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      }
      settle();
      assertThat(verdicts).isEmpty();
    }
  }

  @Test
  void triesNothingMoreWithoutDescriptors() throws Exception {
    available = 0;
    race(closedPort(), ONE, TWO, THREE);

    assertThat(verdict()).isInstanceOf(OutOfDescriptors.class);
    settle();
    assertThat(verdicts).isEmpty();
    assertThat(asked).hasValue(1);
  }

  @Test
  void waitsForTheAttemptThatHasASocketWhereTheNextHasNone() throws Exception {
    available = 1;
    try (Clog clog = new Clog()) {
      race(clog.port(), ONE, TWO);
      until(() -> asked.get() == 2);
      clog.accept();

      assertThat(verdict()).isEqualTo(address(ONE));
    }
  }

  @Test
  void goesFromIpv6ToIpv4() throws Exception {
    InetAddress six = address("::1");
    try (ServerSocket probe = new ServerSocket(0, 1, six)) {
      assumeThat(probe.isBound()).isTrue();
    } catch (IOException e) {
      assumeThat(e).as("this machine has no IPv6").isNull();
    }
    try (ServerSocket server = listen(ONE, 0)) {
      race(server.getLocalPort(), "::1", ONE);

      assertThat(verdict()).isEqualTo(address(ONE));
    }
  }

  @Test
  void oneAddressCostsNoTimer() throws Exception {
    AtomicInteger timers = new AtomicInteger();
    EventExecutor counted =
        (EventExecutor)
            Proxy.newProxyInstance(
                EventExecutor.class.getClassLoader(),
                new Class<?>[] {EventExecutor.class},
                (proxy, method, args) -> {
                  if (method.getName().equals("schedule")) {
                    timers.incrementAndGet();
                  }
                  return method.invoke(loop, args);
                });
    try (ServerSocket server = listen(ONE, 0)) {
      race(counted, server.getLocalPort(), ONE);
      assertThat(verdict()).isEqualTo(address(ONE));
      assertThat(timers).hasValue(0);

      race(counted, server.getLocalPort(), ONE, TWO);
      assertThat(verdict()).isEqualTo(address(ONE));
      assertThat(timers).hasValue(1);
    }
  }

  private ConnectRace race(int port, String... addresses) throws Exception {
    return race(loop, port, addresses);
  }

  private ConnectRace race(EventExecutor executor, int port, String... addresses) throws Exception {
    List<InetAddress> all = List.of(addresses).stream().map(ConnectRaceTest::address).toList();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channelFactory(this::socket)
            .disableResolver()
            .handler(UnjoinedGuard.INSTANCE)
            // As for a dial; else sockets that are left open would be closed by that.
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
    ConnectRace race = new ConnectRace(bootstrap, executor, all, port, this);
    loop.submit(race::start).sync();
    return race;
  }

  private Channel socket() {
    if (asked.incrementAndGet() > available) {
      throw new ChannelException("no socket", new IOException("Too many open files"));
    }
    Channel socket = real.newChannel();
    sockets.add(socket);
    return socket;
  }

  @Override
  public void won(Channel channel, InetAddress address) {
    verdicts.add(loop.inEventLoop() ? address : "off the event loop");
  }

  @Override
  public void lost(Throwable cause) {
    verdicts.add(loop.inEventLoop() ? cause : "off the event loop");
  }

  private Object verdict() throws InterruptedException {
    Object verdict = verdicts.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    assertThat(verdict).as("a verdict").isNotNull();
    return verdict;
  }

  /** Until the event loop has done what it has to do now. */
  private void settle() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      loop.submit(() -> {}).sync();
    }
  }

  private static void until(java.util.function.BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static ServerSocket listen(String address, int port) throws IOException {
    return new ServerSocket(port, 10, address(address));
  }

  private static int closedPort() throws IOException {
    try (ServerSocket server = listen(ONE, 0)) {
      return server.getLocalPort();
    }
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
