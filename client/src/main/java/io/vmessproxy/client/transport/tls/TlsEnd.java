package io.vmessproxy.client.transport.tls;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

/**
 * Ends the channel where the peer ends TLS, as a FIN would. Sits behind TLS for good; what is left
 * of TLS behind it is bytes.
 */
@Sharable
final class TlsEnd extends ChannelInboundHandlerAdapter {
  static final TlsEnd INSTANCE = new TlsEnd();

  private TlsEnd() {}

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent closed) {
      if (closed.isSuccess()) {
        ctx.close();
      }
      return;
    }
    if (!(event instanceof SslHandshakeCompletionEvent)) {
      ctx.fireUserEventTriggered(event);
    }
  }
}
