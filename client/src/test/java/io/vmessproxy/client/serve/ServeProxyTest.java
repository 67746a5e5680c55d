package io.vmessproxy.client.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.vmessproxy.client.settings.InboundSettings;
import io.vmessproxy.client.settings.ServeSettings;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.SystemResolver;
import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.header.RequestSealer;
import io.vmessproxy.common.vmess.inbound.InboundUser;
import io.vmessproxy.common.vmess.inbound.TargetAccess;
import io.vmessproxy.common.vmess.outbound.ResponseListener;
import io.vmessproxy.common.vmess.outbound.VmessClientHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server from its settings, with our client's end of VMess as its user. */
@Timeout(60)
class ServeProxyTest {
  private final SecureRandom random = new SecureRandom();
  private final EventLoopGroup loops = EventLoops.group(1);
  private final SystemResolver resolver = new SystemResolver();
  private final Dialer dialer = new Dialer(resolver);
  private final UserId user = UserId.random(random);
  private ServerSocket target;
  private @Nullable ServeProxy proxy;

  @BeforeEach
  void listen() throws IOException {
    target = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() throws IOException {
    if (proxy != null) {
      proxy.close();
    }
    target.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }

  @Test
  void servesEachInboundToItsOwnUsers() throws Exception {
    UserId other = UserId.random(random);
    start(inbound("first", 0, 0, user, null), inbound("second", 0, 0, other, null));

    assertThat(proxy().listeners())
        .extracting(ServeProxy.Listener::tag)
        .containsExactly("first", "second");
    assertThat(ask(port(0), new Account(user, 0, Security.AES_128_GCM, 0)).answer())
        .isEqualTo("answer");
    assertThat(ask(port(1), new Account(other, 16, Security.AES_128_GCM, 0)).answer())
        .isEqualTo("answer");
  }

  @Test
  void deniesWhatTheInboundsAccessDenies() throws Exception {
    InboundSettings inbound = inbound("in", 0, 0, user, null);
    proxy =
        ServeProxy.start(
            settings(List.of(inbound), (named, address) -> !address.isLoopbackAddress()));

    assertThat(open(port(0), new Account(user, 0, Security.AES_128_GCM, 0)).answer()).isEmpty();
  }

  @Test
  void sendsClientsToAFixedInbound() throws Exception {
    start(inbound("main", 0, 0, user, "other"), inbound("other", 0, 0, null, null));
    SwitchAccount suggestion = suggestion();

    assertThat(suggestion.port()).isEqualTo(port(1));
    assertThat(suggestion.alterId()).isEqualTo(64);
    assertThat(suggestion.minutes()).isEqualTo(255);
    assertFollows(suggestion);
  }

  @Test
  void sendsClientsToADynamicInbound() throws Exception {
    int first = Math.min(target.getLocalPort() + 1, 0xffff - 50);
    start(
        inbound("dynamic", first, first + 50, null, null), inbound("main", 0, 0, user, "dynamic"));
    SwitchAccount suggestion = suggestion();

    assertThat(proxy().listeners()).hasSize(1);
    assertThat(suggestion.port()).isBetween(first, first + 50);
    assertThat(suggestion.minutes()).isEqualTo(5);
    assertFollows(suggestion);
  }

  private SwitchAccount suggestion() throws Exception {
    Account account = new Account(user, 0, Security.AES_128_GCM, 0);
    return Objects.requireNonNull(ask(port(0), account).suggestion());
  }

  private void assertFollows(SwitchAccount suggestion) throws Exception {
    Account guest = new Account(suggestion.user(), suggestion.alterId(), Security.AES_128_GCM, 0);
    assertThat(ask(suggestion.port(), guest).answer()).isEqualTo("answer");
  }

  @Test
  void saysWhichInboundCannotListen() {
    assertThatThrownBy(
            () ->
                start(
                    inbound("fine", 0, 0, user, null),
                    inbound("taken", target.getLocalPort(), target.getLocalPort(), user, null)))
        .isInstanceOfSatisfying(
            CannotListen.class, e -> assertThat(e.inbound().tag()).isEqualTo("taken"))
        .hasMessageStartingWith("taken: ");
  }

  @Test
  void refusesADetourToNowhere() {
    assertThatThrownBy(() -> start(inbound("main", 0, 0, user, "nowhere")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("inbound main: no inbound nowhere for its detour");
  }

  @Test
  void letsOpenConnectionsEndWhenItStops() throws Exception {
    start(inbound("main", 0, 0, user, null));
    int port = port(0);
    Stream stream = open(port, new Account(user, 0, Security.AES_128_GCM, 0));
    try (Socket socket = target.accept()) {
      CompletableFuture<Void> closing = CompletableFuture.runAsync(proxy()::close);
      assertRefuses(port);
      socket.getOutputStream().write("late answer".getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      stream.channel.writeAndFlush(EndOfStream.INSTANCE);

      assertThat(stream.answer()).isEqualTo("late answer");
      closing.get(10, TimeUnit.SECONDS);
    }
  }

  /** Soon, if not at once. */
  private static void assertRefuses(int port) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (System.nanoTime() < deadline) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
      } catch (IOException e) {
        return;
      }
    }
    throw new AssertionError("port " + port + " is open still");
  }

  private void start(InboundSettings... inbounds) throws CannotListen {
    proxy = ServeProxy.start(settings(List.of(inbounds), TargetAccess.ALL));
  }

  private ServeProxy proxy() {
    return Objects.requireNonNull(proxy);
  }

  private int port(int listener) {
    return proxy().listeners().get(listener).address().getPort();
  }

  private static ServeSettings settings(List<InboundSettings> inbounds, TargetAccess access) {
    return new ServeSettings(
        inbounds, PolicyTable.DEFAULT, inbound -> access, Duration.ofSeconds(5));
  }

  private static InboundSettings inbound(
      String tag, int port, int lastPort, @Nullable UserId user, @Nullable String detour) {
    return new InboundSettings(
        tag,
        "127.0.0.1",
        port,
        lastPort,
        user == null ? List.of() : List.of(new InboundUser(user, 16, 0, "a@example.com")),
        InboundSettings.Defaults.STANDARD,
        detour,
        InboundSettings.Allocation.STANDARD,
        false,
        new TransportSettings.Tcp(),
        null);
  }

  /** Opens a stream to the target, which answers; a new guest may be a stranger for a moment. */
  private Stream ask(int port, Account account) throws Exception {
    target.setSoTimeout(2000);
    for (int attempt = 1; ; attempt++) {
      Stream stream = open(port, account);
      try (Socket socket = target.accept()) {
        socket.getOutputStream().write("answer".getBytes(StandardCharsets.US_ASCII));
      } catch (SocketTimeoutException e) {
        if (attempt == 5) {
          throw e;
        }
        stream.channel.close();
        continue;
      }
      stream.answer();
      return stream;
    }
  }

  private Stream open(int port, Account account) {
    RequestSealer sealer = RequestSealer.of(account);
    Security security = account.security();
    RequestHeader header =
        new RequestHeader(
            SessionKeys.random(random, sealer.form()),
            BodyOptions.recommended(security, Command.TCP),
            security,
            Command.TCP,
            new Destination(Address.of("127.0.0.1"), target.getLocalPort()));
    Channel channel =
        dialer
            .dial(
                new Destination(Address.of("127.0.0.1"), port),
                false,
                Duration.ofSeconds(5),
                loops.next())
            .syncUninterruptibly()
            .getNow();
    Stream stream = new Stream(channel);
    channel
        .pipeline()
        .addLast(new VmessClientHandler(header, sealer, Clock.systemUTC(), random, stream), stream);
    channel.config().setAutoRead(true);
    channel.writeAndFlush(Unpooled.copiedBuffer("question", StandardCharsets.US_ASCII));
    return stream;
  }

  /** A client's stream, and what comes of it. */
  private static final class Stream extends ChannelInboundHandlerAdapter
      implements ResponseListener {
    private final Channel channel;
    private final StringBuilder all = new StringBuilder();
    private final CompletableFuture<String> answer = new CompletableFuture<>();
    private final CompletableFuture<@Nullable SwitchAccount> suggestion = new CompletableFuture<>();

    Stream(Channel channel) {
      this.channel = channel;
    }

    String answer() throws Exception {
      return answer.get(10, TimeUnit.SECONDS);
    }

    @Nullable SwitchAccount suggestion() throws Exception {
      return suggestion.get(10, TimeUnit.SECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      if (msg == EndOfStream.INSTANCE) {
        answer.complete(all.toString());
        ctx.close();
        return;
      }
      ByteBuf bytes = (ByteBuf) msg;
      all.append(bytes.toString(StandardCharsets.US_ASCII));
      bytes.release();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }

    @Override
    public void answered(@Nullable SwitchAccount suggested) {
      suggestion.complete(suggested);
    }

    @Override
    public void refused(Channel stream, ByteBuf instead, Throwable cause) {}

    @Override
    public void abandoned(long waitedNanos) {}
  }
}
