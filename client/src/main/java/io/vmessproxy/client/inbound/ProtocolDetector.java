package io.vmessproxy.client.inbound;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.vmessproxy.client.dispatch.Dispatcher;
import io.vmessproxy.client.http.HttpProxyHandshake;
import io.vmessproxy.client.session.Credentials;
import io.vmessproxy.client.settings.ListenerSettings.Kind;
import io.vmessproxy.client.socks.Socks4Handshake;
import io.vmessproxy.client.socks.Socks5Handshake;
import io.vmessproxy.client.socks.UdpAssociations;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a connection's first byte without consuming it, installs the front end that it belongs
 * to, and leaves.
 */
final class ProtocolDetector extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(ProtocolDetector.class);
  private static final int TLS_HANDSHAKE = 0x16;

  private final Kind kind;
  private final Credentials credentials;
  private final Dispatcher dispatcher;
  private final @Nullable UdpAssociations udp;
  private final Timeouts timeouts;

  /**
   * @param udp opens the associations of SOCKS5; null where there are none
   */
  ProtocolDetector(
      Kind kind,
      Credentials credentials,
      Dispatcher dispatcher,
      @Nullable UdpAssociations udp,
      Timeouts timeouts) {
    this.kind = kind;
    this.credentials = credentials;
    this.dispatcher = dispatcher;
    this.udp = udp;
    this.timeouts = timeouts;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf bytes = (ByteBuf) msg;
    if (!bytes.isReadable()) {
      bytes.release();
      return;
    }
    int first = bytes.getUnsignedByte(bytes.readerIndex());
    if (!install(ctx, first)) {
      bytes.release();
      dispatcher.refusals().write(ctx.channel().remoteAddress(), hint(first));
      ctx.close();
      return;
    }
    // The front end stands behind this handler, so it reads on with this very byte.
    ctx.fireChannelRead(bytes);
    ctx.pipeline().remove(this);
  }

  private boolean install(ChannelHandlerContext ctx, int first) {
    boolean socks = kind != Kind.HTTP;
    boolean http = kind != Kind.SOCKS;
    if (socks && first == Socks5Handshake.VERSION) {
      ctx.pipeline().addLast(new Socks5Handshake(credentials, dispatcher, udp));
      return true;
    }
    if (socks && first == Socks4Handshake.VERSION) {
      ctx.pipeline().addLast(new Socks4Handshake(credentials, dispatcher));
      return true;
    }
    if (http && isLetter(first)) {
      HttpProxyHandshake.install(ctx.pipeline(), credentials, dispatcher, timeouts.keepAlive());
      return true;
    }
    return false;
  }

  private String hint(int first) {
    if (first == TLS_HANDSHAKE) {
      return "a TLS hello (expected: plain "
          + kind.text()
          + "; write the proxy's URL with http:// or socks5h:// instead of https://)";
    }
    if (first == Socks5Handshake.VERSION || first == Socks4Handshake.VERSION) {
      return "a SOCKS request (expected: HTTP; listen on mixed:// or socks:// for SOCKS)";
    }
    if (isLetter(first)) {
      return "an HTTP request (expected: SOCKS; listen on mixed:// or http:// for HTTP)";
    }
    return "first byte 0x%02x (expected: %s)".formatted(first, kind.text());
  }

  private static boolean isLetter(int first) {
    return (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z');
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      // Nothing came: somebody only looked whether the port is open.
      ctx.close();
      return;
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("{}: {}", ctx.channel().remoteAddress(), cause.toString());
    ctx.close();
  }
}
