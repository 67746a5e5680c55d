package io.vmessproxy.client.dispatch;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.common.net.EndOfStream;

/**
 * One stream of a {@link Contest}, until the target's first byte or its end.
 *
 * <p>Stands in the stream's pipeline before all that wait for the answer; passes everything on, and
 * leaves with the first byte. A stream that is out of the contest says nothing any more.
 */
final class Entrant extends ChannelDuplexHandler {
  private final Contest contest;
  private final OpenStream stream;
  private boolean asked;
  private long askedNanos;
  private boolean waiting; // for an answer to what the application has sent
  private boolean over;
  private boolean out;

  Entrant(Contest contest, OpenStream stream) {
    this.contest = contest;
    this.stream = stream;
  }

  OpenStream stream() {
    return stream;
  }

  /** Whether something was sent on it. */
  boolean asked() {
    return asked;
  }

  /** Whether the application has sent something, and not ended: one that ends may have left. */
  boolean waiting() {
    return waiting;
  }

  /** Whether it has ended because the connection has that it shares with others. */
  boolean brokeWithItsConnection() {
    Channel shared = stream.channel().parent();
    return shared != null && !shared.isActive();
  }

  /** Since something was sent. */
  long waitedNanos() {
    return asked ? System.nanoTime() - askedNanos : 0;
  }

  /** Out of the contest: it closes, and nobody hears of it. */
  void abandon() {
    over = true;
    out = true;
    stream.channel().close();
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    waiting = msg != EndOfStream.INSTANCE;
    if (!asked && waiting) {
      asked = true;
      askedNanos = System.nanoTime();
      contest.asked();
    }
    ctx.write(msg, promise);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (out) {
      ReferenceCountUtil.release(msg);
      return;
    }
    if (msg instanceof ByteBuf) {
      if (!over) {
        over = true;
        contest.answered(this);
      }
      ctx.fireChannelRead(msg);
      if (!ctx.isRemoved()) {
        ctx.pipeline().remove(this);
      }
      return;
    }
    if (msg == EndOfStream.INSTANCE && movedOn(true)) {
      return;
    }
    ctx.fireChannelRead(msg);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!out && !movedOn(false)) {
      ctx.fireExceptionCaught(cause);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!out && !movedOn(false)) {
      ctx.fireChannelInactive();
    }
  }

  /** Whether another stream takes over, so that those behind need not know. */
  private boolean movedOn(boolean inOrder) {
    if (over) {
      return false;
    }
    over = true;
    return contest.ended(this, inOrder);
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    over = true;
    ctx.close(promise);
  }
}
