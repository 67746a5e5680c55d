package io.vmessproxy.common.vmess.inbound;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.relay.SocketEnd;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** The way out of a server: plain TCP connections and UDP sockets. Any thread. */
public final class Freedom {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** The most UDP sockets open at once. */
  static final int MAX_DATAGRAM_SOCKETS = 4096;

  /** A read takes the largest datagram there is. What goes on is a copy of its own size. */
  private static final int READ_BYTES = 65_535;

  /** Bounds what one wake-up holds of such buffers. */
  private static final int MAX_READS = 4;

  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(64 * 1024, 256 * 1024);

  private final Dialer dialer;
  private final int maxDatagramSockets;
  private final AtomicInteger datagramSockets = new AtomicInteger();

  public Freedom(Dialer dialer) {
    this(dialer, MAX_DATAGRAM_SOCKETS);
  }

  Freedom(Dialer dialer, int maxDatagramSockets) {
    this.dialer = dialer;
    this.maxDatagramSockets = maxDatagramSockets;
  }

  /** Connects to any target, see {@link #open(Destination, TargetAccess, EventLoop)}. */
  public Future<Channel> open(Destination destination, EventLoop loop) {
    return open(destination, TargetAccess.ALL, loop);
  }

  /**
   * Connects to the target. The channel carries plain bytes and {@link
   * io.vmessproxy.common.net.EndOfStream} both ways, with auto-read off. Fails with {@link
   * io.vmessproxy.common.net.AddressesDenied} where {@code access} allows none of its addresses.
   */
  public Future<Channel> open(Destination destination, TargetAccess access, EventLoop loop) {
    Future<Channel> dialing =
        dialer.dial(
            destination, true, TIMEOUT, address -> access.allows(destination, address), loop);
    dialing.addListener(
        dialed -> {
          if (dialed.isSuccess()) {
            dialing.getNow().pipeline().addLast(new SocketEnd());
          }
        });
    return dialing;
  }

  /**
   * Opens a UDP socket. The channel carries {@link io.vmessproxy.common.net.Datagram}s both ways,
   * with auto-read off: written ones go to the destination they name, if {@code access} allows it;
   * read ones name their source, as the client named it where it did. What cannot be sent is
   * dropped; an {@link io.vmessproxy.common.net.EndOfStream} written is nothing to a socket, and
   * succeeds.
   */
  public Future<Channel> datagrams(TargetAccess access, DatagramSources sources, EventLoop loop) {
    Promise<Channel> promise = loop.newPromise();
    if (datagramSockets.incrementAndGet() > maxDatagramSockets) {
      datagramSockets.decrementAndGet();
      return promise.setFailure(
          new IOException(
              "%d UDP sockets are open (expected: fewer)".formatted(maxDatagramSockets)));
    }
    DatagramTargets targets = new DatagramTargets(dialer.resolver(), access, loop);
    ChannelFuture binding =
        new Bootstrap()
            .group(loop)
            .channel(EventLoops.datagramChannel())
            .handler(new TargetDatagrams(targets, sources))
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(MAX_READS))
            .bind(new InetSocketAddress(0));
    binding.channel().closeFuture().addListener(closed -> datagramSockets.decrementAndGet());
    binding.addListener(
        bound -> {
          if (!bound.isSuccess()) {
            promise.tryFailure(bound.cause());
          } else if (!promise.trySuccess(binding.channel())) {
            binding.channel().close();
          }
        });
    return promise;
  }
}
