package io.vmessproxy.client.transport.ws;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.util.ReferenceCountUtil;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.LateFailure;
import io.vmessproxy.client.transport.TransportException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;

/**
 * A WebSocket as a stream of bytes, at either end: the last of its handlers, which ends it. Stays
 * for the channel's life.
 *
 * <p>A close is told to the peer, not waited for: peers do the same. A peer's close frame with an
 * ordinary code ends the channel like a FIN, with another code it is an error.
 */
final class WsStream extends ChannelDuplexHandler {
  private static final int NORMAL = 1000;
  private static final int GOING_AWAY = 1001;
  private static final int PROTOCOL_ERROR = 1002;
  private static final int NONE = -1; // RFC 6455 calls it 1005.
  private static final int MAX_REASON = 60;

  /** How long a close frame may wait for the socket. */
  private static final int CLOSE_MILLIS = 500;

  private int code = NORMAL; // What we say at the end.
  private boolean closing;

  private WsStream() {}

  /**
   * Adds the frames' codec and the stream behind a handler.
   *
   * @param client whether this end is the client
   * @return where the stream stands
   */
  static ChannelHandlerContext addAfter(ChannelHandlerContext handler, boolean client) {
    WsStream stream = new WsStream();
    ChannelPipeline pipeline = handler.pipeline();
    pipeline.addAfter(handler.name(), null, stream);
    pipeline.addAfter(handler.name(), null, new Pongs());
    pipeline.addAfter(handler.name(), null, new FrameWriter());
    pipeline.addAfter(handler.name(), null, new WebSocket13FrameEncoder(client));
    pipeline.addAfter(handler.name(), null, new FrameDecoder(!client));
    return pipeline.context(stream);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    if (closing) {
      ReferenceCountUtil.release(msg); // Behind a close frame nothing may come.
      promise.tryFailure(new ClosedChannelException());
    } else {
      ctx.write(msg, promise);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (msg instanceof CloseWebSocketFrame close) {
      closed(ctx, close);
    } else {
      ctx.fireChannelRead(msg);
    }
  }

  private void closed(ChannelHandlerContext ctx, CloseWebSocketFrame frame) {
    int theirs = frame.statusCode();
    String reason = theirs == NONE ? "" : frame.reasonText();
    frame.release();
    boolean ordinary = theirs == NONE || theirs == NORMAL || theirs == GOING_AWAY;
    if (!ordinary) {
      String text = reason.substring(0, Math.min(MAX_REASON, reason.length()));
      fail(
          ctx,
          new TransportException(
              Failure.TRANSPORT,
              "ws",
              "closed with code %d \"%s\"".formatted(theirs, text.replaceAll("[^ -~]", ".")),
              ""));
    }
    close(ctx, ctx.newPromise());
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof WsException) {
      code = PROTOCOL_ERROR;
      String evidence = String.valueOf(cause.getMessage());
      fail(ctx, new TransportException(Failure.TRANSPORT, "ws", evidence, ""));
      close(ctx, ctx.newPromise());
    } else {
      ctx.fireExceptionCaught(cause);
    }
  }

  /** Before the close: it must not pass for the stream's end. */
  private static void fail(ChannelHandlerContext ctx, TransportException cause) {
    LateFailure.note(ctx.channel(), cause);
    ctx.fireExceptionCaught(cause);
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (closing || !ctx.channel().isActive() || !ctx.channel().isWritable()) {
      closing = true;
      ctx.close(promise);
      return;
    }
    closing = true;
    // A second close does not wait for this one's frame.
    Runnable end = () -> ctx.close(ctx.newPromise());
    var late = ctx.executor().schedule(end, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    ctx.channel()
        .closeFuture()
        .addListener(
            closed -> {
              late.cancel(false);
              promise.trySuccess();
            });
    ctx.writeAndFlush(new CloseWebSocketFrame(true, 0, code, "")).addListener(written -> end.run());
  }
}
