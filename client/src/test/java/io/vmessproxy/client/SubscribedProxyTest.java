package io.vmessproxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.Credentials;
import io.vmessproxy.client.settings.ClientSettings;
import io.vmessproxy.client.settings.ClockOffset;
import io.vmessproxy.client.settings.ListenerSettings;
import io.vmessproxy.client.settings.SubscriptionSettings;
import io.vmessproxy.client.settings.SubscriptionSettings.Place;
import io.vmessproxy.client.settings.SubscriptionSource;
import io.vmessproxy.client.settings.UdpSettings;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.SystemResolver;
import io.vmessproxy.common.policy.PolicyTable;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole program with servers that a subscription names, on real sockets. */
@Timeout(60)
final class SubscribedProxyTest {
  private static final UserId USER = UserId.parse("27848739-7e62-4138-9fd3-098a63964b6b");
  private static final String ID = "27848739-7e62-4138-9fd3-098a63964b6b";

  @TempDir private Path home;
  private final EventLoopGroup loops = EventLoops.group(1);
  private final SystemResolver resolver = new SystemResolver();
  private final Dialer dialer = new Dialer(resolver);
  private final List<AutoCloseable> running = new ArrayList<>();
  private final AtomicInteger fetches = new AtomicInteger();
  private volatile String body = "";

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : running) {
      one.close();
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }

  @Test
  void connectionsGoOnWhileTheirServersAreReplaced() throws Exception {
    AtomicInteger first = new AtomicInteger();
    AtomicInteger second = new AtomicInteger();
    int echo = echo();
    int firstPort = server(first);
    int secondPort = server(second);
    body = link("first", firstPort);
    ClientProxy proxy = start(provider(), Duration.ofMillis(200));
    Socket old = tunnel(proxy, echo);
    exchange(old, "before");

    body = link("second", secondPort) + link("third", 9);
    await(() -> proxy.servers().size() == 2);

    assertThat(proxy.servers()).extracting(Server::tag).containsExactly("second", "third");
    exchange(old, "after");
    int before = second.get();
    exchange(tunnel(proxy, echo), "through the second");
    assertThat(second.get()).isGreaterThan(before);
    int through = first.get();
    exchange(old, "and again");
    assertThat(first).as("no new stream on a server that is gone").hasValue(through);
  }

  @Test
  void aReloadKeepsWhatIsInUseUntilNewerServersCome() throws Exception {
    AtomicInteger streams = new AtomicInteger();
    body = link("first", server(streams));
    Files.writeString(home.resolve("cache"), "a file where the folder should be");
    String provider = provider();
    ClientProxy proxy = start(provider, Duration.ofHours(1));
    assertThat(proxy.servers()).extracting(Server::tag).containsExactly("first");
    body = "no list at all";

    Reloaded reloaded = proxy.reload(settings(provider, Duration.ofHours(1)));

    assertThat(reloaded.gone()).isZero();
    await(() -> fetches.get() >= 2);
    assertThat(proxy.servers()).extracting(Server::tag).containsExactly("first");
    exchange(tunnel(proxy, echo()), "through the first");
  }

  @Test
  void laterRefreshesGoThroughTheServers() throws Exception {
    AtomicInteger streams = new AtomicInteger();
    body = link("only", server(streams));
    start(provider(), Duration.ofMillis(200));
    assertThat(fetches).as("directly").hasValue(1);
    assertThat(streams).hasValue(0);

    await(() -> fetches.get() >= 3);

    assertThat(streams.get()).isPositive();
  }

  @Test
  void aBodyOfTwoThousandServersDoesNotDelayTheStart() throws Exception {
    StringBuilder all = new StringBuilder();
    for (int i = 1; i <= 2000; i++) {
      all.append(
          "vmess://%s@s%d.example:443?type=ws&security=tls&path=%%2Fp&host=h%d.example#n%d\n"
              .formatted(ID, i, i, i));
    }
    Path file = Files.writeString(home.resolve("list"), all);
    start(file.toString(), null).close();
    long start = System.nanoTime();

    ClientProxy proxy = start(file.toString(), null);

    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertThat(proxy.servers()).hasSize(2000);
    assertThat(took).isLessThan(Duration.ofSeconds(3));
  }

  private ClientProxy start(String source, @Nullable Duration interval) throws Exception {
    ClientProxy proxy = ClientProxy.start(settings(source, interval));
    running.add(0, proxy);
    return proxy;
  }

  private ClientSettings settings(String source, @Nullable Duration interval) {
    SubscriptionSettings subscriptions =
        new SubscriptionSettings(
            List.of(new Place(SubscriptionSource.read("--subscribe", source), 0, server -> server)),
            interval,
            "vmess-proxy",
            false,
            home.resolve("cache"));
    return new ClientSettings(
        List.of(new ListenerSettings(ListenerSettings.Kind.MIXED, "127.0.0.1", 0)),
        Credentials.NONE,
        UdpSettings.DEFAULT,
        List.of(),
        subscriptions,
        false,
        PolicyTable.DEFAULT,
        Duration.ofSeconds(5),
        Duration.ofSeconds(5),
        ClockOffset.NONE,
        Duration.ZERO);
  }

  private static String link(String name, int port) {
    return "vmess://%s@127.0.0.1:%d#%s%n".formatted(ID, port, name);
  }

  private String provider() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.createContext(
        "/",
        exchange -> {
          fetches.incrementAndGet();
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    running.add(() -> server.stop(0));
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/sub/token";
  }

  /** A VMess server that counts its sockets. */
  private int server(AtomicInteger sockets) {
    VmessServer server =
        new VmessServer(
            List.of(new InboundUser(USER, 0, 0, "")),
            InboundOptions.open(PolicyTable.DEFAULT),
            new Freedom(dialer),
            Clock.systemUTC());
    running.add(server);
    Channel bound =
        server
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), loops)
            .syncUninterruptibly()
            .channel();
    bound
        .pipeline()
        .addFirst(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext ctx, Object message) {
                sockets.incrementAndGet();
                ctx.fireChannelRead(message);
              }
            });
    return ((InetSocketAddress) bound.localAddress()).getPort();
  }

  private int echo() throws IOException {
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    running.add(listener);
    daemon(
        () -> {
          while (true) {
            Socket socket = listener.accept();
            daemon(() -> socket.getInputStream().transferTo(socket.getOutputStream()));
          }
        });
    return listener.getLocalPort();
  }

  private Socket tunnel(ClientProxy proxy, int target) throws IOException {
    Socket socket = new Socket();
    running.add(0, socket);
    socket.setSoTimeout(15_000);
    socket.connect(proxy.listeners().get(0).address());
    String request = "CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: x\r\n\r\n".formatted(target);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    StringBuilder answer = new StringBuilder();
    while (!answer.toString().endsWith("\r\n\r\n")) {
      int next = socket.getInputStream().read();
      assertThat(next).as("after %s", answer).isNotNegative();
      answer.append((char) next);
    }
    assertThat(answer.toString()).startsWith("HTTP/1.1 200");
    return socket;
  }

  private static void exchange(Socket socket, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    socket.getOutputStream().write(bytes);
    assertThat(socket.getInputStream().readNBytes(bytes.length)).asString().isEqualTo(text);
  }

  private static void await(Condition condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).as("time is over").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(20);
    }
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

  private interface Condition {
    boolean holds();
  }

  private interface Task {
    void run() throws IOException;
  }
}
