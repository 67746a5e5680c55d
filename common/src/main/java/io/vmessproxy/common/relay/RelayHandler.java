package io.vmessproxy.common.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
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
  private final int mostBytes;
  private int peerBytes; // that may wait in the peer before this channel is not read
  private boolean ended;

  /**
   * @param mostBytes that may wait in the peer, where there is memory
   */
  RelayHandler(Relay relay, Channel peer, int mostBytes) {
    this.relay = relay;
    this.peer = peer;
    this.mostBytes = mostBytes;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    bound(Math.min(mostBytes, BufferShare.now()));
  }

  /** At so many waiting bytes the peer is full; at a quarter of them it takes more again. */
  private void bound(int bytes) {
    peerBytes = Math.max(1, bytes);
    peer.config()
        .setWriteBufferWaterMark(new WriteBufferWaterMark(Math.max(1, peerBytes / 4), peerBytes));
  }

  /** The peer has room again: as much as there is now. */
  void widen() {
    int bytes = Math.min(mostBytes, BufferShare.now());
    if (bytes > peerBytes) {
      bound(bytes);
    }
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
    int share = BufferShare.now();
    if (share < peerBytes) {
      bound(share);
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
      if (ctx.channel().isWritable()) {
        relay.widen(this);
      }
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
