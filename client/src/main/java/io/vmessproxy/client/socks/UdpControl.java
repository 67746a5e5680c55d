package io.vmessproxy.client.socks;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TCP connection of an association, behind its reply: nothing is said on it any more, but the
 * association ends with it. What comes in is dropped.
 *
 * <p>A FIN alone does not end it: the application may have ended only its direction. But a closed
 * socket sends the same FIN and nothing else, so from there on {@link PeerSocket} is asked; where
 * it cannot know, the association must be used to stay.
 */
final class UdpControl extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(UdpControl.class);

  /** A socket that is being closed sends its FIN first. */
  private static final long FIRST_LOOK_MILLIS = 50;

  private static final long NEXT_LOOK_MILLIS = 2_000;

  private final UdpAssociation association;
  private final Duration halfClosedIdle;
  private boolean halfClosed;
  private @Nullable ScheduledFuture<?> look;

  UdpControl(UdpAssociation association, Duration halfClosedIdle) {
    this.association = association;
    this.halfClosedIdle = halfClosedIdle;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    if (ctx.channel() instanceof DuplexChannel duplex && duplex.isInputShutdown()) {
      halfClose(ctx);
    }
    ctx.channel().config().setAutoRead(true);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ReferenceCountUtil.release(msg);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      halfClose(ctx);
      return;
    }
    ctx.fireUserEventTriggered(event);
  }

  private void halfClose(ChannelHandlerContext ctx) {
    if (!halfClosed) {
      halfClosed = true;
      lookLater(ctx, FIRST_LOOK_MILLIS);
    }
  }

  private void lookLater(ChannelHandlerContext ctx, long millis) {
    look = ctx.executor().schedule(() -> look(ctx), millis, TimeUnit.MILLISECONDS);
  }

  private void look(ChannelHandlerContext ctx) {
    InetSocketAddress peer = (InetSocketAddress) ctx.channel().remoteAddress();
    InetSocketAddress local = (InetSocketAddress) ctx.channel().localAddress();
    if (peer == null || local == null) {
      return;
    }
    CompletableFuture.supplyAsync(() -> PeerSocket.state(peer, local))
        .thenAcceptAsync(state -> seen(ctx, state), ctx.executor());
  }

  private void seen(ChannelHandlerContext ctx, PeerSocket.State state) {
    if (!ctx.channel().isActive()) {
      return;
    }
    switch (state) {
      case CLOSED -> ctx.close();
      case OPEN -> lookLater(ctx, NEXT_LOOK_MILLIS);
      case UNKNOWN -> association.shortenIdle(halfClosedIdle);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (look != null) {
      look.cancel(false);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("{}: {}", ctx.channel(), cause.toString());
    ctx.close();
  }
}
