package io.vmessproxy.client.transport.http2;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The server's end of one stream: answers its request, and hands the channel on if it is one that
 * the gate lets in. The client's end of body leaves ours open.
 */
final class ServerStream extends ByteStream {
  /** For a client to take what was written before the end. */
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

  private final InboundConnection connection;
  private final Http2Gate gate;
  private final Consumer<Channel> streams;
  private boolean asked;
  private boolean refused;

  ServerStream(InboundConnection connection, Http2Gate gate, Consumer<Channel> streams) {
    super(CLOSE_WITHIN);
    this.connection = connection;
    this.gate = gate;
    this.streams = streams;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    // One frame only, the request's headers: auto-read is off until someone takes the bytes.
    ctx.read();
    ctx.fireChannelActive();
  }

  @Override
  void headers(ChannelHandlerContext ctx, Http2HeadersFrame frame) {
    if (asked) {
      return; // Trailers say nothing to us.
    }
    asked = true;
    Http2Headers refusal = gate.refusal(frame.headers());
    if (refusal != null) {
      refuse(ctx, refusal);
      return;
    }
    ctx.writeAndFlush(new DefaultHttp2HeadersFrame(gate.answer()));
    ctx.pipeline().addLast(gate.codecs().toArray(ChannelHandler[]::new));
    streams.accept(ctx.channel());
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    connection.wroteData();
    super.write(ctx, msg, promise);
  }

  private void refuse(ChannelHandlerContext ctx, Http2Headers refusal) {
    refused = true;
    ctx.writeAndFlush(new DefaultHttp2HeadersFrame(refusal, true));
    resetUnlessEnded(ctx);
    close(ctx, ctx.newPromise());
  }

  /** RFC 9113, 8.1: an answer that is whole before its request says so without an error. */
  private void resetUnlessEnded(ChannelHandlerContext ctx) {
    if (!hasPeerEnded()) {
      ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
    }
  }

  @Override
  void peerEnded(ChannelHandlerContext ctx) {
    // VMess says inside its body what has ended; the answer goes on.
  }

  @Override
  Http2StreamFrame end() {
    Http2Headers trailers = gate.trailers();
    return trailers == null
        ? new DefaultHttp2DataFrame(true)
        : new DefaultHttp2HeadersFrame(trailers, true);
  }

  @Override
  boolean beginsEnd() {
    return asked && !refused;
  }

  @Override
  boolean mayClose(ChannelHandlerContext ctx) {
    resetUnlessEnded(ctx);
    return true;
  }

  @Override
  void lateBytes(ChannelHandlerContext ctx) {
    // The client has not seen our end yet.
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (ctx.pipeline().lastContext() != ctx) {
      ctx.fireExceptionCaught(cause);
    }
    // Else nobody has the stream; the codec, whose verdict it is, resets it.
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof Http2ResetFrame || event instanceof Http2GoAwayFrame) {
      ReferenceCountUtil.release(event); // The channel closes by itself.
      return;
    }
    ctx.fireUserEventTriggered(event);
  }
}
