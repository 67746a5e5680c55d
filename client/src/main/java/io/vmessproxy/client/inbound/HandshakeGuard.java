package io.vmessproxy.client.inbound;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import io.vmessproxy.client.session.HandshakeEvent;
import io.vmessproxy.common.net.StrangersLog;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose first request does not come in time, and sees the last answer out.
 *
 * <p>Sits at the head of the pipeline, whichever front end follows, and hears from it by {@link
 * HandshakeEvent}.
 */
final class HandshakeGuard extends ChannelInboundHandlerAdapter {
  private final Duration deadline;
  private final StrangersLog log;
  private @Nullable ScheduledFuture<?> timer;

  /**
   * @param log hears of those that are too late
   */
  HandshakeGuard(Duration deadline, StrangersLog log) {
    this.deadline = deadline;
    this.log = log;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    timer = ctx.executor().schedule(() -> tooLate(ctx), deadline.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void tooLate(ChannelHandlerContext ctx) {
    log.write(ctx.channel().remoteAddress(), "no whole request after " + deadline);
    ctx.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == HandshakeEvent.REQUEST_READ) {
      stopTimer();
      return;
    }
    if (event == HandshakeEvent.LAST_ANSWER) {
      stopTimer();
      ctx.pipeline().addFirst(new LingeringClose());
      return;
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    stopTimer();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    stopTimer();
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
