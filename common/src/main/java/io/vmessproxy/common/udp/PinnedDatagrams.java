package io.vmessproxy.common.udp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;

/**
 * Datagrams in a stream that goes to one target: what is read came from it, what is written must be
 * for it.
 *
 * <p>Stands behind a handler for which each {@link ByteBuf} is one datagram, read and written.
 * Datagrams for another target are dropped, and so are empty ones, for which such streams have no
 * form. All else passes.
 */
public final class PinnedDatagrams extends ChannelDuplexHandler {
  private final Destination target;
  private long dropped;

  public PinnedDatagrams(Destination target) {
    this.target = target;
  }

  /** How many datagrams were not sent. */
  public long dropped() {
    return dropped;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ctx.fireChannelRead(msg instanceof ByteBuf payload ? new Datagram(target, payload) : msg);
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    if (!(msg instanceof Datagram datagram)) {
      ctx.write(msg, promise);
      return;
    }
    if (datagram.destination().equals(target) && datagram.content().isReadable()) {
      ctx.write(datagram.content(), promise);
      return;
    }
    dropped++;
    datagram.release();
    promise.trySuccess();
  }
}
