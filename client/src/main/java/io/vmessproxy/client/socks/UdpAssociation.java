package io.vmessproxy.client.socks;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.vmessproxy.client.dispatch.DatagramCounts;
import io.vmessproxy.client.dispatch.DatagramStreams;
import io.vmessproxy.client.dispatch.Dispatcher;
import io.vmessproxy.client.dispatch.Drop;
import io.vmessproxy.common.net.Datagram;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One association: the only handler of its UDP socket. The application's datagrams go to their
 * streams, answers come back under the address they are from.
 *
 * <p>Lives until its socket closes, which it does by itself when nothing moves for too long.
 */
final class UdpAssociation extends ChannelInboundHandlerAdapter implements DatagramStreams.Answers {
  private static final Logger LOG = LoggerFactory.getLogger(UdpAssociation.class);
  private static final String INBOUND = "socks5";

  private final Channel socket;
  private final ExpectedSender sender;
  private final DatagramCounts counts = new DatagramCounts();
  private final DatagramStreams streams;
  private final ChannelFutureListener countUnsent;

  private long idleNanos;
  private long touchedNanos;
  private @Nullable ScheduledFuture<?> idleCheck;

  UdpAssociation(Channel socket, ExpectedSender sender, Dispatcher dispatcher, Duration idle) {
    this.socket = socket;
    this.sender = sender;
    this.streams = dispatcher.datagrams(INBOUND, socket.eventLoop(), counts, this);
    this.idleNanos = idle.toNanos();
    this.countUnsent =
        written -> {
          if (!written.isSuccess()) {
            counts.dropped(Drop.ANSWER_UNSENT);
          }
        };
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    touch();
    scheduleIdleCheck(idleNanos);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    try {
      if (msg instanceof DatagramPacket packet) {
        read(packet);
      }
    } finally {
      ReferenceCountUtil.release(msg);
    }
  }

  private void read(DatagramPacket packet) {
    if (!sender.expects(packet.sender())) {
      counts.dropped(Drop.STRANGER);
      return;
    }
    Datagram datagram = UdpHeaderCodec.decode(packet.content(), counts);
    if (datagram == null) {
      return;
    }
    sender.lock(packet.sender());
    touch();
    streams.send(datagram);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    streams.flush();
  }

  @Override
  public void answered(Datagram answer) {
    try {
      InetSocketAddress application = sender.locked();
      if (!socket.isWritable()) {
        socket.flush();
      }
      if (application == null || !socket.isWritable()) {
        counts.dropped(Drop.ANSWER_CONGESTED);
        return;
      }
      touch();
      counts.answered(answer.content().readableBytes());
      ByteBuf packet = UdpHeaderCodec.encode(answer, socket.alloc());
      socket.write(new DatagramPacket(packet, application)).addListener(countUnsent);
    } finally {
      answer.release();
    }
  }

  @Override
  public void flush() {
    socket.flush();
  }

  /** Nobody can tell any more whether the application is there: only its use shows. */
  void shortenIdle(Duration idle) {
    idleNanos = Math.min(idleNanos, idle.toNanos());
    if (idleCheck != null && idleCheck.cancel(false)) {
      checkIdle();
    }
  }

  private void touch() {
    touchedNanos = socket.eventLoop().ticker().nanoTime();
  }

  private void scheduleIdleCheck(long nanos) {
    idleCheck =
        socket.eventLoop().schedule(this::checkIdle, Math.max(1, nanos), TimeUnit.NANOSECONDS);
  }

  private void checkIdle() {
    long left = idleNanos - (socket.eventLoop().ticker().nanoTime() - touchedNanos);
    if (left > 0) {
      scheduleIdleCheck(left);
      return;
    }
    idleCheck = null;
    socket.close();
  }

  /** The socket is closed, whoever did it. */
  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (idleCheck != null) {
      idleCheck.cancel(false);
      idleCheck = null;
    }
    streams.close();
    LOG.debug("{} udp {}: {}", INBOUND, sender, counts);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // One datagram's trouble (as an unreachable port is on some systems) is not the socket's.
    LOG.debug("{} udp {}: {}", INBOUND, sender, cause.toString());
  }
}
