package io.vmessproxy.client.transport.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * One end of a stream: sends so many bytes as the channel takes them, and expects the same bytes
 * from the other end. It reads by fits and starts.
 */
final class Pump extends ChannelInboundHandlerAdapter {
  /** No multiple of anything: bytes in the wrong place are wrong bytes. */
  private static final int PERIOD = 1_000_003;

  private static final byte[] BYTES = new byte[PERIOD];

  private static final int BETWEEN_PAUSES = 3_000_000;
  private static final int PAUSE_MILLIS = 3;

  static {
    new Random(4).nextBytes(BYTES);
  }

  private final long total;
  private final Random sizes;
  private final CompletableFuture<Void> received = new CompletableFuture<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private long sentBytes;
  private long receivedBytes;
  private long nextPause = BETWEEN_PAUSES;

  Pump(long total, int seed) {
    this.total = total;
    this.sizes = new Random(seed);
  }

  /** Done when all is here. */
  CompletableFuture<Void> received() {
    return received;
  }

  /** Done when the channel is closed. */
  CompletableFuture<Void> closed() {
    return closed;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    ctx.channel().config().setAutoRead(true);
    ctx.executor().execute(() -> send(ctx));
  }

  private void send(ChannelHandlerContext ctx) {
    while (sentBytes < total && ctx.channel().isWritable()) {
      int at = (int) (sentBytes % PERIOD);
      int length = (int) Math.min(total - sentBytes, 1 + sizes.nextInt(100_000));
      length = Math.min(length, PERIOD - at);
      sentBytes += length;
      ctx.write(Unpooled.wrappedBuffer(BYTES, at, length))
          .addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
    }
    ctx.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    send(ctx);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf bytes = (ByteBuf) msg;
    while (bytes.isReadable()) {
      int at = (int) (receivedBytes % PERIOD);
      int length = Math.min(bytes.readableBytes(), PERIOD - at);
      ByteBuf expected = Unpooled.wrappedBuffer(BYTES, at, length);
      if (!ByteBufUtil.equals(expected, bytes.readSlice(length))) {
        received.completeExceptionally(new AssertionError("wrong behind byte " + receivedBytes));
      }
      receivedBytes += length;
    }
    bytes.release();
    if (receivedBytes >= total) {
      received.complete(null);
    } else if (receivedBytes > nextPause) {
      nextPause += BETWEEN_PAUSES;
      ctx.channel().config().setAutoRead(false);
      ctx.executor()
          .schedule(
              () -> ctx.channel().config().setAutoRead(true), PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    received.completeExceptionally(
        new AssertionError("closed after %d of %d bytes".formatted(receivedBytes, total)));
    closed.complete(null);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    received.completeExceptionally(cause);
    closed.completeExceptionally(cause);
  }
}
