package io.vmessproxy.client.transport.ws;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.PendingWriteQueue;
import io.netty.util.concurrent.ScheduledFuture;
import io.vmessproxy.client.transport.LateFailure;
import io.vmessproxy.client.transport.TransportException;
import io.vmessproxy.client.transport.http1.UpgradeHandshake;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Holds the upgrade until there is a first write, whose beginning goes into the request; what is
 * written besides waits for the answer, and counts as pending meanwhile. Then it leaves.
 *
 * <p>Where the server is to speak first, nothing may be written for long: the request goes without
 * early data after {@value #WAIT_MILLIS} ms.
 */
final class EarlyUpgrade extends ChannelDuplexHandler implements UpgradeHandshake.Outcome {
  /** As V2Ray and Xray. */
  static final int WAIT_MILLIS = 100;

  private final WsRequest request;
  private final int maxBytes;
  private final Duration timeout;

  private @Nullable ChannelHandlerContext ctx;
  private @Nullable PendingWriteQueue waiting;
  private @Nullable ScheduledFuture<?> timer;
  private boolean asked;

  /**
   * @param maxBytes the most that goes into the request
   * @param timeout for the answer to it
   */
  EarlyUpgrade(WsRequest request, int maxBytes, Duration timeout) {
    this.request = request;
    this.maxBytes = maxBytes;
    this.timeout = timeout;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    this.ctx = ctx;
    LateFailure.setAwaited(ctx.channel(), true);
    waiting = new PendingWriteQueue(ctx);
    timer = ctx.executor().schedule(() -> ask(ctx, ""), WAIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    if (!asked && msg instanceof ByteBuf bytes && bytes.isReadable()) {
      ask(ctx, EarlyText.encode(bytes, maxBytes));
    }
    if (waiting != null) {
      waiting.add(msg, promise);
    } else {
      ctx.write(msg, promise);
    }
  }

  private void ask(ChannelHandlerContext ctx, String early) {
    if (asked || ctx.isRemoved()) {
      return;
    }
    asked = true;
    cancelTimer();
    UpgradeHandshake handshake = new UpgradeHandshake(request.with(early), timeout, this);
    ctx.pipeline().addBefore(ctx.name(), null, handshake);
  }

  @Override
  public void install(ChannelHandlerContext handshake) {
    WsStream.addAfter(handshake, true);
  }

  @Override
  public void upgraded() {
    ChannelHandlerContext here = Objects.requireNonNull(ctx);
    PendingWriteQueue queue = Objects.requireNonNull(waiting);
    waiting = null;
    LateFailure.setAwaited(here.channel(), false);
    queue.removeAndWriteAll();
    here.flush();
    here.pipeline().remove(this);
  }

  /** Closes only: an exception would reach whoever takes it for an error of our own end. */
  @Override
  public void failed(TransportException cause) {
    ChannelHandlerContext here = Objects.requireNonNull(ctx);
    LateFailure.note(here.channel(), cause);
    here.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    cancelTimer();
    if (waiting != null) {
      waiting.removeAndFailAll(new ClosedChannelException());
    }
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
