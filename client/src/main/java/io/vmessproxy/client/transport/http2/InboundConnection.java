package io.vmessproxy.client.transport.http2;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over a server's connection as a whole: closes it when it has been without a stream for
 * long, and when its client keeps asking for answers that cost it nothing. Stands behind the
 * streams' multiplexer.
 */
final class InboundConnection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(InboundConnection.class);

  /**
   * Pings and settings in a window of time without data from us. An honest client sends some in a
   * minute; Go's gRPC also one for each round trip in which data comes to it, as it measures the
   * way.
   */
  private static final int MAX_QUESTIONS = 100;

  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Channel connection;
  private final Duration idle;
  private int streams;
  private int questions;
  private long windowStart = System.nanoTime();
  private @Nullable ScheduledFuture<?> idleTimer;

  InboundConnection(Channel connection, Duration idle) {
    this.connection = connection;
    this.idle = idle;
    startIdle();
    connection.closeFuture().addListener(closed -> stopIdle());
  }

  /** A client has opened a stream. */
  void opened(Channel stream) {
    streams++;
    stopIdle();
    stream
        .closeFuture()
        .addListener(
            closed -> {
              streams--;
              if (streams == 0 && connection.isActive()) {
                startIdle();
              }
            });
  }

  /** Data goes to the client: its questions are honest ones so far. A stranger gets none. */
  void wroteData() {
    questions = 0;
  }

  private void startIdle() {
    idleTimer = connection.eventLoop().schedule(this::expire, idle.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void expire() {
    LOG.debug("{}: no stream for {} s", connection, idle.toSeconds());
    connection.close();
  }

  private void stopIdle() {
    if (idleTimer != null) {
      idleTimer.cancel(false);
      idleTimer = null;
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (msg instanceof Http2PingFrame || msg instanceof Http2SettingsFrame) {
      count(ctx);
    } else if (msg instanceof Http2GoAwayFrame) {
      LOG.debug("{}: {}", connection, msg);
    }
    ReferenceCountUtil.release(msg);
  }

  private void count(ChannelHandlerContext ctx) {
    long now = System.nanoTime();
    if (now - windowStart > WINDOW_NANOS) {
      windowStart = now;
      questions = 0;
    }
    questions++;
    if (questions > MAX_QUESTIONS) {
      LOG.debug("{}: too many pings and settings", connection);
      ctx.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("{}: {}", connection, cause.toString());
    ctx.close();
  }
}
