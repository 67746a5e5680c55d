package io.vmessproxy.common.mux;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;

/** Stands first in a pipeline and plays a peer that does not read, until it is pulled. */
final class Plug extends ChannelOutboundHandlerAdapter {
  private boolean pulled;

  @Override
  public void flush(ChannelHandlerContext ctx) {
    if (pulled) {
      ctx.flush();
    }
  }

  void pull(ChannelHandlerContext ctx) {
    pulled = true;
    ctx.flush();
  }
}
