package io.vmessproxy.client.transport.http2;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.LateFailure;
import io.vmessproxy.client.transport.ServerDate;
import io.vmessproxy.client.transport.TransportException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of one stream: sends the request, judges the answer, and completes the {@link
 * Opening}. What fails after that is noted with the channel, goes through its pipeline and closes
 * it.
 */
final class ClientStream extends ByteStream {
  /** For a server to end its answer when we have ended the request. */
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);

  private final OutboundConnection connection;
  private final Http2Request request;
  private final Duration answerWait;
  private final Opening opening;

  private boolean answered;
  private boolean failed;
  private boolean unprocessed; // Nothing of it has been done; it may be tried again.
  private @Nullable Long resetCode;
  private @Nullable ScheduledFuture<?> waitTimer;

  /**
   * @param answerWait for an answer's headers, if the request awaits them
   */
  ClientStream(
      OutboundConnection connection, Http2Request request, Duration answerWait, Opening opening) {
    super(CLOSE_WITHIN);
    this.connection = connection;
    this.request = request;
    this.answerWait = answerWait;
    this.opening = opening;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.pipeline().addLast(request.codecs().toArray(ChannelHandler[]::new));
    ctx.writeAndFlush(new DefaultHttp2HeadersFrame(request.headers()));
    // One frame only: the answer's headers, which come first, also where nobody reads as yet.
    ctx.read();
    if (request.awaitsAnswer()) {
      closeIfAbandoned(ctx);
      waitTimer =
          ctx.executor()
              .schedule(
                  () -> opening.succeed(ctx.channel()), answerWait.toNanos(), TimeUnit.NANOSECONDS);
    } else {
      opening.succeed(ctx.channel());
    }
    ctx.fireChannelActive();
  }

  private void closeIfAbandoned(ChannelHandlerContext ctx) {
    opening
        .future()
        .addListener(
            done -> {
              if (done.isCancelled()) {
                close(ctx, ctx.newPromise());
              }
            });
  }

  @Override
  void headers(ChannelHandlerContext ctx, Http2HeadersFrame frame) {
    if (closing()) {
      return;
    }
    Http2Headers headers = frame.headers();
    if (!answered && isInterim(headers)) {
      ctx.read();
      return;
    }
    TransportException mistake;
    if (answered) {
      mistake = request.ended(headers);
    } else {
      answered = true;
      connection.answered();
      ServerDate.note(ctx.channel(), text(headers.get("date")));
      mistake = request.answered(headers, frame.isEndStream());
    }
    if (mistake != null) {
      fail(ctx, mistake);
    } else {
      opening.succeed(ctx.channel());
    }
  }

  private static boolean isInterim(Http2Headers headers) {
    CharSequence status = headers.status();
    return status != null && status.length() == 3 && status.charAt(0) == '1';
  }

  private static @Nullable String text(@Nullable CharSequence value) {
    return value == null ? null : value.toString();
  }

  private void fail(ChannelHandlerContext ctx, TransportException cause) {
    failed = true;
    report(ctx, cause);
    close(ctx, ctx.newPromise());
  }

  private void report(ChannelHandlerContext ctx, TransportException cause) {
    if (!opening.fail(cause)) {
      LateFailure.note(ctx.channel(), cause);
      ctx.fireExceptionCaught(cause);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof Http2ResetFrame reset) {
      // The channel closes behind what has come before.
      resetCode = reset.errorCode();
      unprocessed = resetCode == Http2Error.REFUSED_STREAM.code();
    } else if (event instanceof Http2GoAwayFrame) {
      unprocessed = true;
      ReferenceCountUtil.release(event);
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  /** The codec's verdict on what came; the stream is reset behind it. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    Http2Exception mistake = Http2CodecUtil.getEmbeddedHttp2Exception(cause);
    if (mistake != null) {
      if (!failed && !closing()) {
        String said = PeerWords.of(String.valueOf(mistake.getMessage()));
        fail(
            ctx,
            new TransportException(
                Failure.TRANSPORT, request.stage(), "broke HTTP/2: " + said, ""));
      }
    } else if (opening.isDone()) {
      ctx.fireExceptionCaught(cause);
    }
    // Else nobody is there yet, and the connection's end says the same.
  }

  @Override
  void peerEnded(ChannelHandlerContext ctx) {
    close(ctx, ctx.newPromise());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (waitTimer != null) {
      waitTimer.cancel(false);
    }
    if (!failed && !closing()) {
      cut(ctx);
    }
    super.channelInactive(ctx);
  }

  /** The stream ended without the end of its answer. */
  private void cut(ChannelHandlerContext ctx) {
    if (unprocessed && !opening.isDone()) {
      opening.place(request.stage());
    } else if (resetCode == null) {
      report(ctx, connection.endReason());
    } else if (!answered || !isEnd(resetCode)) {
      report(
          ctx,
          new TransportException(
              answered ? Failure.TRANSPORT : Failure.RESET,
              request.stage(),
              (answered ? "reset the stream: " : "reset the stream before an answer: ")
                  + PeerWords.error(resetCode),
              ""));
    }
  }

  private static boolean isEnd(long code) {
    return code == Http2Error.NO_ERROR.code() || code == Http2Error.CANCEL.code();
  }

  @Override
  Http2StreamFrame end() {
    return new DefaultHttp2DataFrame(true);
  }

  @Override
  boolean beginsEnd() {
    return !failed;
  }

  @Override
  boolean mayClose(ChannelHandlerContext ctx) {
    return hasPeerEnded();
  }

  @Override
  void lateBytes(ChannelHandlerContext ctx) {
    ctx.close(); // Nobody wants them: cancels the stream.
  }
}
