package io.vmessproxy.common.vmess;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.SystemResolver;
import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.header.RequestSealer;
import io.vmessproxy.common.vmess.inbound.Freedom;
import io.vmessproxy.common.vmess.inbound.InboundOptions;
import io.vmessproxy.common.vmess.inbound.InboundUser;
import io.vmessproxy.common.vmess.inbound.VmessServer;
import io.vmessproxy.common.vmess.outbound.ResponseListener;
import io.vmessproxy.common.vmess.outbound.VmessClientHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Our client's end and our server's, over real sockets, to a real target and back. */
@Timeout(60)
class VmessStreamTest {
  private final SecureRandom random = new SecureRandom();
  private final EventLoopGroup loops = EventLoops.group(1);
  private final SystemResolver resolver = new SystemResolver();
  private final Dialer dialer = new Dialer(resolver);
  private final UserId user = UserId.random(random);
  private VmessServer server;
  private Destination serverAddress;

  @BeforeEach
  void startServer() {
    server =
        new VmessServer(
            List.of(new InboundUser(user, 0, 0, "")),
            InboundOptions.open(PolicyTable.DEFAULT),
            new Freedom(dialer),
            Clock.systemUTC());
    Channel bound =
        server
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), loops)
            .syncUninterruptibly()
            .channel();
    serverAddress = loopback(((InetSocketAddress) bound.localAddress()).getPort());
  }

  @AfterEach
  void stopServer() {
    server.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }

  @ParameterizedTest
  @CsvSource({
    "AES_128_GCM, 0",
    "AES_128_GCM, 1",
    "AES_128_GCM, 15000",
    "AES_128_GCM, 15001",
    "AES_128_GCM, 16777216",
    "CHACHA20_POLY1305, 0",
    "CHACHA20_POLY1305, 1",
    "CHACHA20_POLY1305, 4194304",
    "AES_128_CFB, 0",
    "AES_128_CFB, 1",
    "AES_128_CFB, 4194304",
    "NONE, 0",
    "NONE, 1",
    "NONE, 16777216",
  })
  void carriesAllBytesUpThenTheirHashDown(Security security, int size) throws Exception {
    try (ServerSocket target = listen()) {
      CompletableFuture<Void> served = answerWithHash(target);
      byte[] upload = new byte[size];
      new Random(size).nextBytes(upload);

      Collector answer = new Collector();
      Channel stream = open(security, loopback(target.getLocalPort()), answer);
      stream.write(Unpooled.wrappedBuffer(upload));
      stream.writeAndFlush(EndOfStream.INSTANCE);

      assertThat(answer.text.get(30, TimeUnit.SECONDS)).isEqualTo(sha256(upload));
      served.get(5, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @EnumSource(Security.class)
  void carriesAnAnswerThatComesFirst(Security security) throws Exception {
    try (ServerSocket target = listen()) {
      CompletableFuture<Void> served =
          CompletableFuture.runAsync(
              () -> {
                try (Socket socket = target.accept()) {
                  socket.getOutputStream().write("220 welcome".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      Collector answer = new Collector();
      open(security, loopback(target.getLocalPort()), answer);

      assertThat(answer.text.get(5, TimeUnit.SECONDS)).isEqualTo("220 welcome");
      served.get(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void endsWithoutAByteWhenTheTargetRefuses() throws Exception {
    int closedPort;
    try (ServerSocket target = listen()) {
      closedPort = target.getLocalPort();
    }
    Collector answer = new Collector();
    open(Security.AES_128_GCM, loopback(closedPort), answer)
        .writeAndFlush(Unpooled.copiedBuffer(new byte[] {1}));

    assertThat(answer.text.get(5, TimeUnit.SECONDS)).isEmpty();
  }

  @Test
  void tearsTheStreamWhenTheTargetResets() throws Exception {
    try (ServerSocket target = listen()) {
      Collector answer = new Collector();
      Channel stream = open(Security.AES_128_GCM, loopback(target.getLocalPort()), answer);
      stream.writeAndFlush(Unpooled.copiedBuffer(new byte[] {1}));
      try (Socket socket = target.accept()) {
        // A reset before this byte would be a target that refuses.
        assertThat(socket.getInputStream().read()).isEqualTo(1);
        socket.setSoLinger(true, 0);
      }

      assertThat(stream.closeFuture().await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(answer.text).isNotCompleted();
    }
  }

  private Channel open(Security security, Destination target, Collector answer) {
    Account account = new Account(user, 0, security, 0);
    RequestHeader header =
        new RequestHeader(
            SessionKeys.random(random),
            account.bodyOptions(Command.TCP),
            security,
            Command.TCP,
            target);
    Channel channel =
        dialer
            .dial(serverAddress, false, Duration.ofSeconds(5), loops.next())
            .syncUninterruptibly()
            .getNow();
    channel
        .pipeline()
        .addLast(
            new VmessClientHandler(
                header, RequestSealer.of(account), Clock.systemUTC(), random, new Unheard()),
            answer);
    channel.config().setAutoRead(true);
    return channel;
  }

  private static ServerSocket listen() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  /** Reads to the end, which a half-close must bring, and only then answers. */
  private static CompletableFuture<Void> answerWithHash(ServerSocket target) {
    return CompletableFuture.runAsync(
        () -> {
          try (Socket socket = target.accept()) {
            byte[] all = socket.getInputStream().readAllBytes();
            socket.getOutputStream().write(sha256(all).getBytes(StandardCharsets.US_ASCII));
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static Destination loopback(int port) {
    return new Destination(Address.of("127.0.0.1"), port);
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All that a stream says until its end; never done when it is torn. */
  private static final class Collector extends ChannelInboundHandlerAdapter {
    final CompletableFuture<String> text = new CompletableFuture<>();
    private final StringBuilder all = new StringBuilder();

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      if (msg == EndOfStream.INSTANCE) {
        text.complete(all.toString());
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
  }

  private static final class Unheard implements ResponseListener {
    @Override
    public void answered(@Nullable SwitchAccount suggestion) {}

    @Override
    public void refused(Channel stream, ByteBuf instead, Throwable cause) {}

    @Override
    public void abandoned(long waitedNanos) {}
  }
}
