package io.vmessproxy.common.vmess.inbound;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a UDP socket carry {@link Datagram}s: written ones are sent where they name, read ones name
 * where they came from. A datagram that cannot be sent is lost, as datagrams are; it ends nothing.
 */
final class TargetDatagrams extends ChannelDuplexHandler {
  private static final Logger LOG = LoggerFactory.getLogger(TargetDatagrams.class);

  private final DatagramTargets targets;
  private final DatagramSources sources;
  private long unsent;

  TargetDatagrams(DatagramTargets targets, DatagramSources sources) {
    this.targets = targets;
    this.sources = sources;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    targets.sendBy((payload, address) -> send(ctx, payload, address));
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    // On a machine without IPv6 the socket is one for IPv4.
    var local = (InetSocketAddress) ctx.channel().localAddress();
    targets.reachIpv6(local.getAddress() instanceof Inet6Address);
    ctx.fireChannelActive();
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    // Whether it arrives nobody will know; whoever writes must not wait, nor fail, for it.
    promise.trySuccess();
    if (msg instanceof Datagram datagram) {
      targets.send(datagram);
    } else {
      ReferenceCountUtil.release(msg); // An end, or a relay's empty buffer: nothing to send.
    }
  }

  private void send(ChannelHandlerContext ctx, ByteBuf payload, InetSocketAddress address) {
    ctx.write(new DatagramPacket(payload, address))
        .addListener(
            sent -> {
              if (!sent.isSuccess()) {
                unsent++;
                LOG.debug("{} to {}: {}", ctx.channel(), address, sent.cause().toString());
              }
            });
    if (!targets.sending()) {
      ctx.flush(); // It waited for its name; the flush behind it has long passed.
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    DatagramPacket packet = (DatagramPacket) msg;
    try {
      Destination source = source(packet.sender());
      if (source != null) {
        // The buffer has room for the largest datagram; waiting for a slow client must cost less.
        ByteBuf payload = ctx.alloc().buffer(packet.content().readableBytes());
        ctx.fireChannelRead(new Datagram(source, payload.writeBytes(packet.content())));
      }
    } finally {
      packet.release();
    }
  }

  private @Nullable Destination source(InetSocketAddress sender) {
    Destination named = targets.named(sender);
    if (named != null || sources == DatagramSources.TARGETS) {
      return named;
    }
    return new Destination(Address.ofBytes(sender.getAddress().getAddress()), sender.getPort());
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    long lost = unsent + targets.close();
    if (lost > 0) {
      LOG.debug("{}: {} datagrams could not be sent", ctx.channel(), lost);
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      // One target's "port unreachable" says nothing of the others.
      LOG.debug("{}: {}", ctx.channel(), cause.toString());
      return;
    }
    ctx.fireExceptionCaught(cause);
  }
}
