package io.vmessproxy.common.udp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;

/**
 * Datagrams for any target in a stream that goes to {@link PacketAddr#TARGET}. Both ends use it
 * alike: the client's addresses are where datagrams go, the server's where they came from.
 *
 * <p>Stands behind a handler for which each {@link ByteBuf} is one datagram, read and written. What
 * is read without a valid address is dropped, and so is what is written for a name. All else
 * passes.
 */
public final class PacketAddrDatagrams extends ChannelDuplexHandler {
  private long dropped;

  /** How many datagrams were not sent, or not understood. */
  public long dropped() {
    return dropped;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (!(msg instanceof ByteBuf in)) {
      ctx.fireChannelRead(msg);
      return;
    }
    Destination source = PacketAddr.readAddress(in);
    if (source == null) {
      dropped++;
      in.release();
      return;
    }
    ctx.fireChannelRead(new Datagram(source, in));
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    if (!(msg instanceof Datagram datagram)) {
      ctx.write(msg, promise);
      return;
    }
    ByteBuf out =
        ctx.alloc().buffer(PacketAddr.MAX_HEAD_BYTES + datagram.content().readableBytes());
    boolean written = PacketAddr.write(datagram, out);
    datagram.release();
    if (written) {
      ctx.write(out, promise);
      return;
    }
    dropped++;
    out.release();
    promise.trySuccess();
  }
}
