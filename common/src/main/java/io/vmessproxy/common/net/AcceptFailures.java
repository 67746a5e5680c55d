package io.vmessproxy.common.net;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that a listening socket cannot accept, a line in ten seconds at most. Netty lets it rest for
 * a second, and would write the whole exception each time.
 */
public final class AcceptFailures extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(AcceptFailures.class);
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private long lastNanos = System.nanoTime() - EVERY_NANOS;

  private AcceptFailures() {}

  /** Hears of the failures of the socket that is being bound. */
  public static ChannelFuture watch(ChannelFuture binding) {
    // Behind the handler that accepts, which is there by then.
    return binding.addListener(
        bound -> {
          if (bound.isSuccess()) {
            binding.channel().pipeline().addLast(new AcceptFailures());
          }
        });
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("{}: accept", ctx.channel(), cause);
    long now = System.nanoTime();
    if (now - lastNanos >= EVERY_NANOS) {
      lastNanos = now;
      LOG.warn(
          "{}: takes no connections for a second: {}",
          ctx.channel().localAddress(),
          OutOfDescriptors.says(cause)
              ? "the limit of open files is reached (raise it: ulimit -n)"
              : cause.toString());
    }
  }
}
