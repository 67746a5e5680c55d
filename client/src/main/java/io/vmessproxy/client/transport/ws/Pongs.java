package io.vmessproxy.client.transport.ws;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import org.jspecify.annotations.Nullable;

/**
 * Answers pings at once, whoever reads behind it or does not. While the peer reads nothing only the
 * last one is kept, as RFC 6455, section 5.5.3 allows: pings cost the peer less than us.
 */
final class Pongs extends ChannelInboundHandlerAdapter {
  private @Nullable ByteBuf held;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (!(msg instanceof PingWebSocketFrame ping)) {
      ctx.fireChannelRead(msg);
    } else if (ctx.channel().isWritable()) {
      ctx.writeAndFlush(new PongWebSocketFrame(ping.content()));
    } else {
      release();
      held = ping.content();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (held != null && ctx.channel().isWritable()) {
      ByteBuf payload = held;
      held = null;
      ctx.writeAndFlush(new PongWebSocketFrame(payload));
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    release();
  }

  private void release() {
    if (held != null) {
      held.release();
      held = null;
    }
  }
}
