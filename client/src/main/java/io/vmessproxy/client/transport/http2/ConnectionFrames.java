package io.vmessproxy.client.transport.http2;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.util.ReferenceCountUtil;
import io.vmessproxy.client.session.Failure;

/**
 * Tells an {@link OutboundConnection} what its server says to the connection as a whole. Stands
 * behind the streams' multiplexer.
 */
final class ConnectionFrames extends ChannelInboundHandlerAdapter {
  private final OutboundConnection connection;

  ConnectionFrames(OutboundConnection connection) {
    this.connection = connection;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    try {
      if (msg instanceof Http2SettingsFrame frame) {
        connection.settings(frame.settings());
      } else if (msg instanceof Http2PingFrame frame && frame.ack()) {
        connection.pingAnswered();
      } else if (msg instanceof Http2GoAwayFrame frame) {
        connection.goAway(frame);
      }
    } finally {
      ReferenceCountUtil.release(msg);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Http2Exception mistake = Http2CodecUtil.getEmbeddedHttp2Exception(cause);
    if (mistake == null) {
      connection.broke(said(cause));
    } else {
      connection.failed(Failure.TRANSPORT, "broke HTTP/2: " + said(mistake));
    }
  }

  private static String said(Throwable cause) {
    return PeerWords.of(String.valueOf(cause.getMessage()));
  }
}
