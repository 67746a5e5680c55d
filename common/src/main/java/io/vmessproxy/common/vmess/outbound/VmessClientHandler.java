package io.vmessproxy.common.vmess.outbound;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.vmessproxy.common.crypto.AesCfb;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.body.BodyHandler;
import io.vmessproxy.common.vmess.body.BodyPipeline;
import io.vmessproxy.common.vmess.header.RequestSealer;
import io.vmessproxy.common.vmess.header.ResponseHeader;
import io.vmessproxy.common.vmess.header.ResponseHeaderCodec;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One VMess stream, the client's end.
 *
 * <p>The request header leaves with the first payload, or alone when none comes within {@value
 * #HEADER_WAIT_MILLIS} ms (a protocol in which the server speaks first). Reading, the response
 * header is taken off before the body.
 */
public final class VmessClientHandler extends BodyHandler {
  /** V2Ray waits 100 ms; an application on this machine answers in less, or waits itself. */
  static final int HEADER_WAIT_MILLIS = 30;

  private final RequestHeader header;
  private final RequestSealer sealer;
  private final Clock clock;
  private final SecureRandom random;
  private final ResponseListener listener;
  private final AesCfb responseStream;

  private @Nullable ScheduledFuture<?> headerTimer;
  private boolean asked; // The application has sent something that wants an answer.
  private long askedNanos;
  private boolean answered;
  private boolean refused;
  private ByteBuf cutResponseHeader = Unpooled.EMPTY_BUFFER;

  /**
   * @param sealer of the user; of the form that the header's keys have
   * @param clock tells the time that the header carries
   */
  public VmessClientHandler(
      RequestHeader header,
      RequestSealer sealer,
      Clock clock,
      SecureRandom random,
      ResponseListener listener) {
    this(
        header,
        sealer,
        clock,
        random,
        listener,
        ResponseHeaderCodec.decryptingStream(header.keys()));
  }

  private VmessClientHandler(
      RequestHeader header,
      RequestSealer sealer,
      Clock clock,
      SecureRandom random,
      ResponseListener listener,
      AesCfb responseStream) {
    super(
        BodyPipeline.requestEncoder(header), BodyPipeline.responseDecoder(header, responseStream));
    if (header.keys().form() != sealer.form()) {
      throw new IllegalArgumentException(
          "session keys of form %s (expected: %s, as the header)"
              .formatted(header.keys().form(), sealer.form()));
    }
    this.header = header;
    this.sealer = sealer;
    this.clock = clock;
    this.random = random;
    this.listener = listener;
    this.responseStream = responseStream;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    headerTimer =
        ctx.executor()
            .schedule(() -> writeLateHead(ctx), HEADER_WAIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void writeLateHead(ChannelHandlerContext ctx) {
    if (!headWritten() && ctx.channel().isActive()) {
      writeHeadAlone(ctx);
    }
  }

  @Override
  protected int maxHeadBytes() {
    return sealer.maxBytes();
  }

  @Override
  protected void writeHead(ByteBuf out) {
    cancelHeaderTimer();
    sealer.seal(header, clock.instant().getEpochSecond(), random, out);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    if (!asked && msg != EndOfStream.INSTANCE) {
      asked = true;
      askedNanos = System.nanoTime();
    }
    super.write(ctx, msg, promise);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (answered) {
      super.channelRead(ctx, msg);
      return;
    }
    if (refused) {
      ReferenceCountUtil.release(msg); // One report is enough; what follows is noise.
      return;
    }
    ByteBuf in = withCutResponseHeader(ctx, (ByteBuf) msg);
    ResponseHeader response;
    try {
      response = ResponseHeaderCodec.decode(in, header.keys(), responseStream);
    } catch (VmessException e) {
      refuse(ctx, in, e);
      in.release();
      close(ctx, ctx.newPromise());
      return;
    }
    if (response == null) {
      cutResponseHeader = in;
      return;
    }
    answered = true;
    listener.answered(response.suggestion());
    super.channelRead(ctx, in);
  }

  private ByteBuf withCutResponseHeader(ChannelHandlerContext ctx, ByteBuf in) {
    if (!cutResponseHeader.isReadable()) {
      return in;
    }
    ByteBuf whole = ctx.alloc().buffer(cutResponseHeader.readableBytes() + in.readableBytes());
    whole.writeBytes(cutResponseHeader).writeBytes(in);
    in.release();
    releaseCutResponseHeader();
    return whole;
  }

  private void refuse(ChannelHandlerContext ctx, ByteBuf instead, Throwable cause) {
    refused = true;
    listener.refused(ctx.channel(), instead, cause);
    super.exceptionCaught(ctx, cause);
  }

  /** A connection that breaks before an answer, by a reset or a transport's end, is refused. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (answered || refused || closedByUs()) {
      super.exceptionCaught(ctx, cause);
    } else {
      refuse(ctx, cutResponseHeader, cause);
    }
  }

  /**
   * What has come of a response header that is not whole yet; on the event loop, not to be kept or
   * released.
   */
  public ByteBuf cutResponseHeader() {
    return cutResponseHeader;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (!answered && !refused) {
      if (!closedByUs()) {
        refuse(
            ctx,
            cutResponseHeader,
            new VmessException("response header: the server closed before it"));
      } else if (asked) {
        listener.abandoned(System.nanoTime() - askedNanos);
      }
    }
    super.channelInactive(ctx);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    cancelHeaderTimer();
    releaseCutResponseHeader();
    super.handlerRemoved(ctx);
  }

  private void cancelHeaderTimer() {
    if (headerTimer != null) {
      headerTimer.cancel(false);
    }
  }

  private void releaseCutResponseHeader() {
    cutResponseHeader.release();
    cutResponseHeader = Unpooled.EMPTY_BUFFER;
  }
}
