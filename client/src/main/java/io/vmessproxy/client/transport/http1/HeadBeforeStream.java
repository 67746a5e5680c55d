package io.vmessproxy.client.transport.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import java.util.function.Supplier;

/** Puts a head before the first bytes that are written, in the same write, and leaves. */
public final class HeadBeforeStream extends ChannelOutboundHandlerAdapter {
  private final Supplier<HeadText> head;

  /**
   * @param head asked for when it is needed: it may hold the time
   */
  public HeadBeforeStream(Supplier<HeadText> head) {
    this.head = head;
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    if (msg instanceof ByteBuf bytes && bytes.isReadable()) {
      ctx.write(Unpooled.wrappedBuffer(head.get().toBuffer(), bytes), promise);
      ctx.pipeline().remove(this);
    } else {
      ctx.write(msg, promise);
    }
  }
}
