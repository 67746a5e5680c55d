package io.vmessproxy.client.transport.tls;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Makes what comes out of TLS behave like a socket: nothing comes before somebody reads, and the
 * channel ends where the peer ends TLS, as it would at a FIN. Sits behind TLS for good.
 *
 * <p>TLS reads on by itself for its handshake, and may so find the peer's first bytes before there
 * is a handler for them. They are held here: what one turn of the loop reads, or at a FIN what the
 * socket holds.
 */
final class TlsEnd extends ChannelDuplexHandler {
  private final Queue<Object> held = new ArrayDeque<>();
  private boolean asked;
  private boolean ended;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (asked && held.isEmpty()) {
      ctx.fireChannelRead(msg);
    } else {
      held.add(msg);
    }
  }

  @Override
  public void read(ChannelHandlerContext ctx) {
    if (!asked) {
      asked = true;
      release(ctx);
      if (ended) {
        ctx.close();
        return;
      }
    }
    ctx.read();
  }

  private void release(ChannelHandlerContext ctx) {
    if (held.isEmpty()) {
      return;
    }
    for (Object msg = held.poll(); msg != null; msg = held.poll()) {
      ctx.fireChannelRead(msg);
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslCloseCompletionEvent closed) {
      ended = closed.isSuccess();
      if (ended && asked) {
        ctx.close();
      }
      return;
    }
    if (!(event instanceof SslHandshakeCompletionEvent)) {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    release(ctx);
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    held.forEach(ReferenceCountUtil::release);
    held.clear();
  }
}
