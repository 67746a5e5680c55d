package io.vmessproxy.common.net;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a channel's exceptions while nobody has joined it: closing is all there is to do. Once
 * there is a handler behind it, it lets everything pass.
 */
@Sharable
public final class UnjoinedGuard extends ChannelInboundHandlerAdapter {
  /** The only one; a pipeline may hold it more than once. */
  public static final UnjoinedGuard INSTANCE = new UnjoinedGuard();

  private static final Logger LOG = LoggerFactory.getLogger(UnjoinedGuard.class);

  private UnjoinedGuard() {}

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (ctx.pipeline().lastContext() != ctx) {
      ctx.fireExceptionCaught(cause);
      return;
    }
    LOG.debug("{}: {}", ctx.channel(), cause.toString());
    ctx.close();
  }
}
