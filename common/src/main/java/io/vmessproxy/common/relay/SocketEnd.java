package io.vmessproxy.common.relay;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.vmessproxy.common.net.EndOfStream;

/**
 * Makes a plain socket speak {@link EndOfStream}: a FIN that comes in is read as one, and one that
 * is written goes out as a FIN behind all earlier bytes.
 *
 * <p>Sits between the socket and a {@link RelayHandler}; the channel must be a {@link
 * DuplexChannel} with half-closure allowed.
 */
public final class SocketEnd extends ChannelDuplexHandler {
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ctx.fireChannelRead(EndOfStream.INSTANCE);
      return;
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    if (msg != EndOfStream.INSTANCE) {
      ctx.write(msg, promise);
      return;
    }
    // Shutting down at once would fail the writes that still wait; an empty one behind them tells
    // when they are out.
    ctx.write(Unpooled.EMPTY_BUFFER)
        .addListener(
            written -> {
              if (written.isSuccess()) {
                ((DuplexChannel) ctx.channel()).shutdownOutput(promise);
              } else {
                promise.tryFailure(written.cause());
              }
            });
  }
}
