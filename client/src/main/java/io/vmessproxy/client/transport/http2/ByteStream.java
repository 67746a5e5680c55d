package io.vmessproxy.client.transport.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes one HTTP/2 stream carry bytes: a body's frames become {@link ByteBuf}s, and those that are
 * written become frames. It is the first handler of the stream's channel and stays.
 *
 * <p>Closing ends our body behind all that was written before, and lets the peer see it: the
 * channel closes for good when {@link #mayClose} says so, or when the time for that is over.
 */
abstract class ByteStream extends ChannelDuplexHandler {
  private final Duration closeWithin;

  private @Nullable ChannelFuture lastWrite;
  private boolean closing;
  private boolean endWritten;
  private boolean peerEnded;
  private @Nullable ScheduledFuture<?> closeTimer;

  ByteStream(Duration closeWithin) {
    this.closeWithin = closeWithin;
  }

  /** Takes headers that come, the first ones or trailers. */
  abstract void headers(ChannelHandlerContext ctx, Http2HeadersFrame frame);

  /** The peer's body is over; all of it has been handed on. */
  abstract void peerEnded(ChannelHandlerContext ctx);

  /** The frame that ends our body. */
  abstract Http2StreamFrame end();

  /** Whether the channel can go now that our end is written; else it is asked again later. */
  abstract boolean mayClose(ChannelHandlerContext ctx);

  /** Bytes came although the channel is closing. */
  abstract void lateBytes(ChannelHandlerContext ctx);

  final boolean closing() {
    return closing;
  }

  final boolean hasPeerEnded() {
    return peerEnded;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (msg instanceof Http2DataFrame frame) {
      boolean last = frame.isEndStream();
      data(ctx, frame);
      if (last) {
        end(ctx);
      }
    } else if (msg instanceof Http2HeadersFrame frame) {
      headers(ctx, frame);
      if (frame.isEndStream()) {
        end(ctx);
      }
    } else {
      ReferenceCountUtil.release(msg);
    }
  }

  private void data(ChannelHandlerContext ctx, Http2DataFrame frame) {
    ByteBuf bytes = frame.content();
    if (!bytes.isReadable()) {
      frame.release();
    } else if (closing) {
      frame.release();
      lateBytes(ctx);
    } else {
      ctx.fireChannelRead(bytes); // With the frame's only reference.
    }
  }

  private void end(ChannelHandlerContext ctx) {
    peerEnded = true;
    if (closing) {
      closeIfDone(ctx);
    } else {
      peerEnded(ctx);
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    ByteBuf bytes = (ByteBuf) msg;
    if (closing) {
      bytes.release();
      promise.tryFailure(new ClosedChannelException());
    } else if (bytes.isReadable()) {
      lastWrite = ctx.write(new DefaultHttp2DataFrame(bytes), promise.unvoid());
    } else {
      // It asks when all before it is out; peers count empty frames as an attack.
      bytes.release();
      followLastWrite(promise);
    }
  }

  private void followLastWrite(ChannelPromise promise) {
    if (lastWrite == null) {
      promise.trySuccess();
      return;
    }
    lastWrite.addListener(
        written -> {
          if (written.isSuccess()) {
            promise.trySuccess();
          } else {
            promise.tryFailure(written.cause());
          }
        });
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
    if (closing) {
      return;
    }
    closing = true;
    if (!ctx.channel().isActive() || !beginsEnd()) {
      ctx.close();
      return;
    }
    closeTimer =
        ctx.executor().schedule(() -> ctx.close(), closeWithin.toNanos(), TimeUnit.NANOSECONDS);
    ctx.writeAndFlush(end())
        .addListener(
            written -> {
              endWritten = true;
              closeIfDone(ctx);
            });
    // What still comes is thrown away; the peer's end is behind it.
    ctx.channel().config().setAutoRead(true);
  }

  /** Whether there is a body to end; if not, the stream is only cancelled. */
  boolean beginsEnd() {
    return true;
  }

  private void closeIfDone(ChannelHandlerContext ctx) {
    if (endWritten && mayClose(ctx)) {
      ctx.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (closeTimer != null) {
      closeTimer.cancel(false);
    }
    ctx.fireChannelInactive();
  }
}
