package io.vmessproxy.client.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.vmessproxy.client.transport.TlsServerSettings;
import io.vmessproxy.common.net.InboundTransport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bytes, back-pressure and ends through both halves of TLS. */
class TlsStreamTest {
  private static final long TOTAL_BYTES = 64L * 1024 * 1024;
  private static final int SEED = 7;
  private static final int TIMEOUT_SECONDS = 60;

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void moves64MebibytesUpToAReaderThatPauses(Provider provider) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      PausingReader reader = new PausingReader(TOTAL_BYTES);
      int port = loopback.serve(inbound(), reader);
      Channel channel = loopback.open(loopback.client(port, Loopback.settings("a.example")));

      channel.pipeline().addLast(new Source(TOTAL_BYTES));

      assertThat(reader.done.get(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isEqualTo(TOTAL_BYTES);
      assertThat(reader.pauses.get()).isGreaterThan(100);
    }
  }

  @ParameterizedTest
  @EnumSource
  void moves64MebibytesDownToAReaderThatPauses(Provider provider) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      PausingReader reader = new PausingReader(TOTAL_BYTES);
      int port = loopback.serve(inbound(), new Source(TOTAL_BYTES));
      Channel channel = loopback.open(loopback.client(port, Loopback.settings("a.example")));

      channel.pipeline().addLast(reader);

      assertThat(reader.done.get(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isEqualTo(TOTAL_BYTES);
      assertThat(reader.pauses.get()).isGreaterThan(100);
    }
  }

  @ParameterizedTest
  @EnumSource
  void holdsBackAWriterWhoseReaderDoesNotRead(Provider provider) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      Source source = new Source(TOTAL_BYTES);
      int port = loopback.serve(inbound(), source);
      Channel channel = loopback.open(loopback.client(port, Loopback.settings("a.example")));
      Unread unread = new Unread();
      channel.pipeline().addLast(unread);

      source.firstWait.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      channel.eventLoop().schedule(() -> {}, 500, TimeUnit.MILLISECONDS).sync();

      assertThat(unread.bytes.get()).isZero();
      // The rest waits in the sockets and in the writer.
      assertThat(source.left.get()).isGreaterThan(TOTAL_BYTES / 2);
    }
  }

  /** All of it may be here before anyone reads. */
  @ParameterizedTest
  @EnumSource
  void keepsWhatCameBeforeTheEnd(Provider provider) throws Exception {
    int bytes = 300_000;
    try (Loopback loopback = new Loopback(provider)) {
      int port = loopback.serve(inbound(), new SendAndClose(bytes));
      Channel channel = loopback.open(loopback.client(port, Loopback.settings("a.example")));
      PausingReader reader = new PausingReader(bytes);

      channel.pipeline().addLast(reader);

      assertThat(reader.done.get(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isEqualTo(bytes);
      assertThat(channel.closeFuture().await(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(reader.failure).isNull();
    }
  }

  /** Not the end of the socket: the server leaves that open. */
  @ParameterizedTest
  @EnumSource
  void endsTheChannelWhereTheServerEndsTls(Provider provider) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      int port = loopback.serve(inbound(), new EndOfTlsOnly());
      Channel channel = loopback.open(loopback.client(port, Loopback.settings("a.example")));

      channel.config().setAutoRead(true);

      assertThat(channel.closeFuture().await(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void endsTheServersChannelWhereTheClientCloses(Provider provider) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      PausingReader reader = new PausingReader(Long.MAX_VALUE);
      int port = loopback.serve(inbound(), reader);
      Channel channel = loopback.open(loopback.client(port, Loopback.settings("a.example")));

      channel.close();

      assertThat(reader.ended.get(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isZero();
      assertThat(reader.failure).isNull();
    }
  }

  /** A FIN without an end of TLS. */
  @ParameterizedTest
  @EnumSource
  void endsTheChannelWithoutAnExceptionWhereTlsIsTorn(Provider provider) throws Exception {
    try (Loopback loopback = new Loopback(provider)) {
      int port = loopback.serve(inbound(), new Torn());
      Channel channel = loopback.open(loopback.client(port, Loopback.settings("a.example")));
      PausingReader reader = new PausingReader(Long.MAX_VALUE);

      channel.pipeline().addLast(reader);

      assertThat(reader.ended.get(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isZero();
      assertThat(reader.failure).isNull();
    }
  }

  private TlsInbound inbound() throws Exception {
    TlsServerSettings files =
        new TlsServerSettings(
            Files.writeString(
                folder.resolve("cert.pem"), Certificates.SERVER.getCertificatePathPEM()),
            Files.writeString(folder.resolve("key.pem"), Certificates.SERVER.getPrivateKeyPEM()));
    return new TlsInbound(files, List.of(), InboundTransport.PLAIN);
  }

  /** Writes random bytes, while it may. */
  private static final class Source extends ChannelInboundHandlerAdapter {
    private final CompletableFuture<Void> firstWait = new CompletableFuture<>();
    private final Random random = new Random(SEED);
    private final AtomicLong left;

    Source(long bytes) {
      left = new AtomicLong(bytes);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      ctx.channel().eventLoop().execute(() -> write(ctx));
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      write(ctx);
    }

    private void write(ChannelHandlerContext ctx) {
      while (left.get() > 0 && ctx.channel().isWritable()) {
        int length = (int) Math.min(left.get(), 1 + random.nextInt(40_000));
        byte[] bytes = Bytes.at(TOTAL_BYTES - left.get(), length);
        left.addAndGet(-length);
        ctx.writeAndFlush(Unpooled.wrappedBuffer(bytes));
      }
      if (left.get() > 0) {
        firstWait.complete(null);
      }
    }
  }

  /** What stands at each place of the stream. */
  private static final class Bytes {
    private Bytes() {}

    static byte[] at(long position, int length) {
      byte[] bytes = new byte[length];
      for (int i = 0; i < length; i++) {
        bytes[i] = (byte) (((position + i) * 0x9e3779b97f4a7c15L) >>> 56);
      }
      return bytes;
    }
  }

  /** Compares, and turns auto-read off and on all the time. */
  private static final class PausingReader extends ChannelInboundHandlerAdapter {
    private final CompletableFuture<Long> done = new CompletableFuture<>();
    private final CompletableFuture<Long> ended = new CompletableFuture<>();
    private final long expected;
    private long position;
    private final AtomicInteger pauses = new AtomicInteger();
    private volatile @Nullable Throwable failure;

    PausingReader(long expected) {
      this.expected = expected;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      ctx.channel().config().setAutoRead(true);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ByteBuf in = (ByteBuf) msg;
      byte[] bytes = new byte[in.readableBytes()];
      in.readBytes(bytes).release();
      if (!Arrays.equals(bytes, Bytes.at(position, bytes.length))) {
        done.completeExceptionally(new AssertionError("other bytes behind " + position));
      }
      position += bytes.length;
      if (position == expected) {
        done.complete(position);
      }
      ctx.channel().config().setAutoRead(false);
      pauses.incrementAndGet();
      ctx.executor().schedule(() -> resume(ctx), 100, TimeUnit.MICROSECONDS);
    }

    private static void resume(ChannelHandlerContext ctx) {
      ctx.channel().config().setAutoRead(true);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      ended.complete(position);
      done.completeExceptionally(new AssertionError("ended at " + position));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      failure = cause;
    }
  }

  private static final class Unread extends ChannelInboundHandlerAdapter {
    private final AtomicInteger bytes = new AtomicInteger();

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      bytes.addAndGet(((ByteBuf) msg).readableBytes());
      ((ByteBuf) msg).release();
    }
  }

  private static final class SendAndClose extends ChannelInboundHandlerAdapter {
    private final byte[] bytes;

    SendAndClose(int length) {
      bytes = Bytes.at(0, length);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      ctx.writeAndFlush(Unpooled.wrappedBuffer(bytes)).addListener(ChannelFutureListener.CLOSE);
    }
  }

  private static final class EndOfTlsOnly extends ChannelInboundHandlerAdapter {
    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      ctx.pipeline().get(SslHandler.class).closeOutbound();
    }
  }

  private static final class Torn extends ChannelInboundHandlerAdapter {
    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      ctx.pipeline().firstContext().close();
    }
  }
}
