package io.vmessproxy.client.inbound;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.DatagramPacket;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.EventLoops;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;

/** A stream of datagrams: a UDP socket that sends to the server behind each destination. */
final class TestDatagrams extends ChannelDuplexHandler {
  private final Map<String, InetSocketAddress> servers;

  private TestDatagrams(Map<String, InetSocketAddress> servers) {
    this.servers = servers;
  }

  static ChannelFuture open(Map<String, InetSocketAddress> servers, EventLoop loop) {
    return new Bootstrap()
        .group(loop)
        .channel(EventLoops.datagramChannel())
        .option(ChannelOption.AUTO_READ, false)
        .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(1 << 16))
        .handler(new TestDatagrams(servers))
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    if (!(msg instanceof Datagram datagram)) {
      promise.setSuccess();
      return;
    }
    InetSocketAddress server = servers.get(datagram.destination().toString());
    ctx.write(new DatagramPacket(datagram.content(), server), promise);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    DatagramPacket packet = (DatagramPacket) msg;
    int port = packet.sender().getPort();
    String source =
        servers.entrySet().stream()
            .filter(server -> server.getValue().getPort() == port)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    int colon = source.lastIndexOf(':');
    Address address = Address.of(source.substring(0, colon));
    int sourcePort = Integer.parseInt(source.substring(colon + 1));
    ctx.fireChannelRead(new Datagram(new Destination(address, sourcePort), packet.content()));
  }
}
