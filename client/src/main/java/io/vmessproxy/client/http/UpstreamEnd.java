package io.vmessproxy.client.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.vmessproxy.common.net.EndOfStream;
import java.nio.channels.ClosedChannelException;

/**
 * Tells the response decoder behind it of the stream's end in the words it knows, and a stream that
 * ended from one that broke: a body without length is whole only in the first case.
 */
final class UpstreamEnd extends ChannelInboundHandlerAdapter {
  private boolean ended;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (msg == EndOfStream.INSTANCE) {
      ended = true;
      ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
      return;
    }
    ctx.fireChannelRead(msg);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!ended) {
      ctx.fireExceptionCaught(new ClosedChannelException());
    }
    ctx.fireChannelInactive();
  }
}
