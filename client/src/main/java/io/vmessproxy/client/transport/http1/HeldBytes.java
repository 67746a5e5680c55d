package io.vmessproxy.client.transport.http1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Keeps what was read behind an answer's head until somebody reads: whoever takes the stream comes
 * later. Then it leaves.
 */
final class HeldBytes extends ChannelDuplexHandler {
  private final Queue<Object> held = new ArrayDeque<>();

  /**
   * @param first owned from here; may be empty
   */
  HeldBytes(ByteBuf first) {
    if (first.isReadable()) {
      held.add(first);
    } else {
      first.release();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    // More of the same read, as TLS cuts it: nothing new is read meanwhile.
    held.add(msg);
    if (ctx.channel().config().isAutoRead()) {
      handOn(ctx);
    }
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    handOn(ctx);
    ctx.read();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    handOn(ctx);
    ctx.fireChannelInactive();
  }

  /** Passes everything on, in order, and leaves. */
  void handOn(ChannelHandlerContext ctx) {
    boolean some = false;
    for (Object next = held.poll(); next != null; next = held.poll()) {
      some = true;
      ctx.fireChannelRead(next);
    }
    if (some) {
      ctx.fireChannelReadComplete();
    }
    if (!ctx.isRemoved()) {
      ctx.pipeline().remove(this);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    held.forEach(ReferenceCountUtil::release);
    held.clear();
  }
}
