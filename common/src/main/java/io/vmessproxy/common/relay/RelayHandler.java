package io.vmessproxy.common.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vmessproxy.common.net.EndOfStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what this channel reads to its peer, no faster than the peer can take it.
 *
 * <p>One instance sits at the tail of each of the two channels of a {@link Relay}, both on one
 * event loop. Bytes are never looked at.
 */
final class RelayHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(RelayHandler.class);

  private final Relay relay;
  private final Channel peer;
  private boolean ended;

  RelayHandler(Relay relay, Channel peer) {
    this.relay = relay;
    this.peer = peer;
  }

  /** Whether this channel's last byte was read. */
  boolean ended() {
    return ended;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    relay.touch();
    if (msg == EndOfStream.INSTANCE) {
      end();
      return;
    }
    // The write takes ownership, and releases msg too where the peer has closed meanwhile. A failed
    // encode fails only the promise: without the listener the peer would miss bytes and never know.
    peer.write(msg).addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
  }

  /** This channel's last byte was read before the relay stood; its peer has been told. */
  void endedBefore() {
    ended = true;
    relay.directionEnded();
  }

  /** This channel will send no more; its peer is told so, once. */
  void end() {
    if (ended) {
      return;
    }
    ended = true;
    relay.limitChanged();
    peer.writeAndFlush(EndOfStream.INSTANCE).addListener(written -> relay.directionEnded());
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    peer.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    relay.touch();
    if (peer.isActive()) {
      peer.config().setAutoRead(ctx.channel().isWritable());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    relay.closed(this, peer);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("{} to {}: {}", ctx.channel(), peer, cause.toString());
    ctx.close();
  }
}
