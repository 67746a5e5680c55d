package io.vmessproxy.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.vmessproxy.client.Door.Mode;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.selection.UdpMode;
import io.vmessproxy.client.session.Credentials;
import io.vmessproxy.client.settings.ClientSettings;
import io.vmessproxy.client.settings.ClockOffset;
import io.vmessproxy.client.settings.ListenerSettings;
import io.vmessproxy.client.settings.UdpSettings;
import io.vmessproxy.client.transport.StreamSettings;
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
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Three servers, of which one goes bad: what the applications notice of it. On real sockets. */
@Timeout(60)
final class ZeroLossTest {
  private static final UserId USER = UserId.parse("27848739-7e62-4138-9fd3-098a63964b6b");
  private static final int ROUNDS = 12;

  private final EventLoopGroup loops = EventLoops.group(1);
  private final SystemResolver resolver = new SystemResolver();
  private final Dialer dialer = new Dialer(resolver);
  private final List<AutoCloseable> running = new ArrayList<>();
  private final List<Door> doors = new ArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();
  private final Semaphore slow = new Semaphore(0);
  private int target;
  private ClientProxy proxy;

  @BeforeEach
  void start() throws Exception {
    target = target();
    for (int i = 0; i < 3; i++) {
      Door door = new Door(server());
      running.add(door);
      doors.add(door);
    }
    proxy = ClientProxy.start(settings());
    running.add(0, proxy);
    for (int i = 0; i < ROUNDS; i++) {
      assertThat(tunnelled("GET / HTTP/1.1\r\nHost: t\r\n\r\n")).endsWith("ok");
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : running) {
      one.close();
    }
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }

  @Test
  void serversHaveTheirTurns() {
    assertThat(doors).allMatch(door -> door.passed() == ROUNDS / 3 + 1); // One asks for the user.
  }

  @ParameterizedTest
  @EnumSource(names = "PASS", mode = EnumSource.Mode.EXCLUDE)
  void requestsThatMayBeRepeatedSurviveABadServer(Mode mode) throws Exception {
    doors.get(1).set(mode);

    for (int i = 0; i < ROUNDS; i++) {
      assertThat(tunnelled("GET / HTTP/1.1\r\nHost: t\r\n\r\n")).as("tunnel %d", i).endsWith("ok");
      assertThat(plain()).as("plain %d", i).endsWith("ok");
      assertThat(tunnelled("\u0016\u0003\u0001\u0000\u0005\u0001\u0000\u0000\u0001x"))
          .as("hello %d", i)
          .isEqualTo("hello yourself");
    }
  }

  @ParameterizedTest
  @EnumSource(names = "PASS", mode = EnumSource.Mode.EXCLUDE)
  void aBadServerIsLeftAndTakenAgain(Mode mode) throws Exception {
    doors.get(1).set(mode);
    long bad = System.nanoTime();
    while (System.nanoTime() - bad < TimeUnit.SECONDS.toNanos(2)) {
      assertThat(tunnelled("GET / HTTP/1.1\r\nHost: t\r\n\r\n")).endsWith("ok");
    }
    long started = System.nanoTime();
    for (int i = 0; i < ROUNDS; i++) {
      tunnelled("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - started))
        .as("%d requests, none of which waits for the bad server", ROUNDS)
        .isLessThan(Duration.ofSeconds(1));

    doors.get(1).set(Mode.PASS);
    long good = System.nanoTime();
    int passed = doors.get(1).passed();
    while (doors.get(1).passed() < passed + 3) {
      assertThat(System.nanoTime() - good).isLessThan(TimeUnit.SECONDS.toNanos(10));
      assertThat(tunnelled("GET / HTTP/1.1\r\nHost: t\r\n\r\n")).endsWith("ok");
    }
  }

  @Test
  void whatMayNotBeRepeatedIsSentOnce() throws Exception {
    doors.get(1).set(Mode.RESET);
    asked.set(0);

    int failed = 0;
    for (int i = 0; i < 3; i++) {
      try {
        tunnelled("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 1\r\n\r\nx");
      } catch (IOException broken) {
        failed++;
      }
    }

    assertThat(failed).isLessThanOrEqualTo(1);
    assertThat(asked).hasValue(3);
  }

  @Test
  void aSharedConnectionThatBreaksCostsNoRequestOfTheOnlyServer() throws Exception {
    Door door = doors.get(0);
    Account user = new Account(USER, 0, Security.AES_128_GCM, 0);
    Server muxed =
        new Server(
            "muxed",
            new Destination(Address.of("127.0.0.1"), door.port()),
            List.of(user),
            8,
            UdpMode.PLAIN,
            StreamSettings.PLAIN);
    proxy.close();
    proxy = ClientProxy.start(settings(List.of(muxed)));
    running.add(0, proxy);
    assertThat(tunnelled("GET / HTTP/1.1\r\nHost: t\r\n\r\n")).endsWith("ok");

    for (String request :
        List.of("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n", "GET /slow HTTP/1.0\r\n\r\n")) {
      CompletableFuture<String> answer =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return tunnelled(request);
                } catch (IOException e) {
                  return e.toString();
                }
              });
      assertThat(slow.tryAcquire(10, TimeUnit.SECONDS)).as("it is on its way").isTrue();
      door.cut();

      assertThat(answer.get(20, TimeUnit.SECONDS)).endsWith("ok");
    }
  }

  @Test
  void allServersDownIsAnHonestFailure() throws Exception {
    for (Door door : doors) {
      door.set(Mode.REFUSE);
    }

    String page = plain();

    assertThat(page).startsWith("HTTP/1.1 50").contains("refused");
    assertThatThrownBy(() -> tunnelled("GET / HTTP/1.1\r\n\r\n")).isInstanceOf(IOException.class);
  }

  private ClientSettings settings(List<Server> servers) {
    return new ClientSettings(
        List.of(new ListenerSettings(ListenerSettings.Kind.MIXED, "127.0.0.1", 0)),
        Credentials.NONE,
        UdpSettings.DEFAULT,
        servers,
        false,
        PolicyTable.DEFAULT,
        Duration.ofMillis(2500),
        Duration.ofMillis(2500),
        ClockOffset.NONE,
        Duration.ZERO);
  }

  private ClientSettings settings() {
    List<Server> servers = new ArrayList<>();
    for (Door door : doors) {
      Account user = new Account(USER, 0, Security.AES_128_GCM, 0);
      servers.add(
          new Server(
              "s" + (servers.size() + 1),
              new Destination(Address.of("127.0.0.1"), door.port()),
              List.of(user)));
    }
    return settings(servers);
  }

  /** What comes back through a SOCKS5 tunnel. */
  private String tunnelled(String request) throws IOException {
    try (Socket socket = connect()) {
      byte[] ipv4 = {5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, (byte) (target >> 8), (byte) target};
      socket.getOutputStream().write(ipv4);
      InputStream in = socket.getInputStream();
      byte[] replies = in.readNBytes(2 + 10);
      if (replies.length < 12 || replies[3] != 0) {
        throw new EOFException("not connected");
      }
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  private String plain() throws IOException {
    try (Socket socket = connect()) {
      String request =
          "GET http://127.0.0.1:%d/ HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"
              .formatted(target);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Socket connect() throws IOException {
    Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), proxy.listeners().get(0).address().getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private int server() {
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
    return ((InetSocketAddress) bound.localAddress()).getPort();
  }

  /** Answers requests of HTTP, and hellos of TLS with one of its own. */
  private int target() throws IOException {
    ServerSocket listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    running.add(listening);
    Thread thread =
        new Thread(
            () -> {
              while (!listening.isClosed()) {
                try (Socket one = listening.accept()) {
                  answer(one);
                } catch (IOException over) {
                  // The next one.
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
    return listening.getLocalPort();
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(500);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(Socket one) throws IOException {
    one.setSoTimeout(5000);
    InputStream in = one.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).contains("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return;
      }
      head.write(next);
      if (head.size() == 10 && head.toByteArray()[0] == 0x16) {
        one.getOutputStream().write("hello yourself".getBytes(StandardCharsets.US_ASCII));
        return;
      }
    }
    if (head.toString(StandardCharsets.ISO_8859_1).startsWith("GET /slow")) {
      slow.release();
      pause();
    }
    if (head.toString(StandardCharsets.ISO_8859_1).startsWith("POST")) {
      asked.incrementAndGet();
      in.read();
    }
    one.getOutputStream()
        .write(
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
                .getBytes(StandardCharsets.US_ASCII));
  }
}
