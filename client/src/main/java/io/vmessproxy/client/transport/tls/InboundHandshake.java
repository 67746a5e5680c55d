package io.vmessproxy.client.transport.tls;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.vmessproxy.common.net.InboundTransport;
import io.vmessproxy.common.net.UnjoinedGuard;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits behind TLS for the end of the handshake, then hands the connection to the layer above and
 * leaves. That layer is in place before the first byte is: TLS tells of its handshake first.
 */
final class InboundHandshake extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(InboundHandshake.class);

  /** A record of TLS 1.0, as OpenSSL's: fatal, protocol_version. RFC 8446 §6. */
  private static final byte[] PROTOCOL_VERSION_ALERT = {0x15, 3, 1, 0, 2, 2, 70};

  private final InboundTransport above;
  private final Consumer<Channel> streams;

  InboundHandshake(InboundTransport above, Consumer<Channel> streams) {
    this.above = above;
    this.streams = streams;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      ctx.read();
    }
  }

  /** Auto-read is off, and a server's TLS begins to read only after the first bytes. */
  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.fireChannelActive();
    ctx.read();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
      ctx.fireUserEventTriggered(event);
      return;
    }
    if (!handshake.isSuccess()) {
      if (handshake.cause() instanceof NotSslRecordException) {
        alert(ctx);
      }
      // TLS closes the connection.
      LOG.debug("{}: {}", ctx.channel(), Text.of(String.valueOf(handshake.cause())));
      return;
    }
    ctx.pipeline().replace(this, null, new TlsEnd());
    above.accept(ctx.channel(), streams);
    // That of whoever added TLS stands before the layer above.
    ctx.channel().pipeline().addLast(UnjoinedGuard.INSTANCE);
  }

  /** What speaks something else is told that here is TLS: Netty would only close. */
  private static void alert(ChannelHandlerContext ctx) {
    ctx.pipeline()
        .context(SslHandler.class)
        .writeAndFlush(Unpooled.wrappedBuffer(PROTOCOL_VERSION_ALERT));
  }

  /** What a stranger sends is no TLS, or his socket fails. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("{}: {}", ctx.channel(), Text.of(String.valueOf(cause)));
    ctx.close();
  }
}
