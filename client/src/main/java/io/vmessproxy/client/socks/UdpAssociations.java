package io.vmessproxy.client.socks;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.dispatch.Dispatcher;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.EventLoops;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Opens a listener's associations: a UDP socket for each, on the event loop of the TCP connection
 * that asked for it, and closed with it.
 *
 * <p>Thread-safe.
 */
public final class UdpAssociations {
  /** Any datagram fits. */
  private static final int READ_BYTES = 64 * 1024;

  private static final int MAX_READS = 64;

  /** What the kernel keeps while we do not read, and what one burst of answers may be. */
  private static final int SOCKET_BYTES = 1024 * 1024;

  private final Dispatcher dispatcher;
  private final @Nullable InetAddress told;
  private final UdpLimits limits;
  private final AtomicInteger open = new AtomicInteger();

  /**
   * @param told the IP address that applications are to send to; null is the one they connected to
   */
  public UdpAssociations(Dispatcher dispatcher, @Nullable Address told, UdpLimits limits) {
    this.dispatcher = dispatcher;
    this.told = told == null ? null : NetUtil.createInetAddressFromIpAddressString(told.host());
    this.limits = limits;
  }

  UdpLimits limits() {
    return limits;
  }

  /**
   * Opens an association for a TCP connection; either one closes the other.
   *
   * @param named the sender's address as the request has it, null if it is not an IP address
   * @param port the sender's port as the request has it
   */
  Future<Opened> open(Channel tcp, @Nullable Address named, int port) {
    Promise<Opened> promise = tcp.eventLoop().newPromise();
    if (open.incrementAndGet() > limits.associations()) {
      open.decrementAndGet();
      return promise.setFailure(
          new IllegalStateException(
              "too many UDP associations (expected: " + limits.associations() + " at most)"));
    }
    promise.addListener(
        opened -> {
          if (!opened.isSuccess()) {
            open.decrementAndGet();
          }
        });
    InetAddress local = ((InetSocketAddress) tcp.localAddress()).getAddress();
    Deque<InetAddress> addresses = new ArrayDeque<>();
    if (told != null) {
      // Ours, if it can be bound; else somebody in between brings here what is sent to it.
      addresses.add(told);
    }
    addresses.add(local);
    InetAddress peer = ((InetSocketAddress) tcp.remoteAddress()).getAddress();
    bind(tcp, ExpectedSender.of(named, port, peer), addresses, promise);
    return promise;
  }

  private void bind(
      Channel tcp, ExpectedSender sender, Deque<InetAddress> addresses, Promise<Opened> promise) {
    InetSocketAddress address = new InetSocketAddress(addresses.remove(), 0);
    ChannelFuture binding = bootstrap(tcp, sender).bind(address);
    binding.addListener(
        bound -> {
          if (bound.isSuccess()) {
            opened(tcp, binding.channel(), promise);
          } else if (!addresses.isEmpty()) {
            bind(tcp, sender, addresses, promise);
          } else {
            promise.setFailure(bound.cause());
          }
        });
  }

  private void opened(Channel tcp, Channel udp, Promise<Opened> promise) {
    udp.closeFuture()
        .addListener(
            closed -> {
              open.decrementAndGet();
              tcp.close();
            });
    tcp.closeFuture().addListener(closed -> udp.close());
    InetSocketAddress bound = (InetSocketAddress) udp.localAddress();
    InetAddress address = told == null ? bound.getAddress() : told;
    promise.setSuccess(
        new Opened(
            udp.pipeline().get(UdpAssociation.class),
            new Destination(Address.ofBytes(address.getAddress()), bound.getPort())));
  }

  private Bootstrap bootstrap(Channel tcp, ExpectedSender sender) {
    return new Bootstrap()
        .group(tcp.eventLoop())
        .channel(EventLoops.datagramChannel())
        .option(ChannelOption.SO_RCVBUF, SOCKET_BYTES)
        .option(ChannelOption.SO_SNDBUF, SOCKET_BYTES)
        .option(
            ChannelOption.WRITE_BUFFER_WATER_MARK,
            new WriteBufferWaterMark(SOCKET_BYTES / 2, SOCKET_BYTES))
        .option(
            ChannelOption.RECVBUF_ALLOCATOR,
            new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(MAX_READS))
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel udp) {
                udp.pipeline().addLast(new UdpAssociation(udp, sender, dispatcher, limits.idle()));
              }
            });
  }

  /**
   * An association that stands.
   *
   * @param address where the application is to send its datagrams
   */
  record Opened(UdpAssociation association, Destination address) {}
}
