package io.vmessproxy.client.fetch;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vmessproxy.common.net.EndOfStream;

/**
 * Makes a closed channel of the end of the stream, below TLS: an answer may end with it, and
 * nothing more is to be sent.
 */
@Sharable
final class StreamEnd extends ChannelInboundHandlerAdapter {
  static final StreamEnd INSTANCE = new StreamEnd();

  private StreamEnd() {}

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (msg == EndOfStream.INSTANCE) {
      ctx.close();
    } else {
      ctx.fireChannelRead(msg);
    }
  }
}
