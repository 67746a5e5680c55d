package io.vmessproxy.common.relay;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.ScheduledFuture;
import io.vmessproxy.common.policy.Policy;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Two channels that are one connection, until either end of it closes or nothing moves for longer
 * than the policy allows.
 *
 * <p>Both channels are on one event loop, and everything here runs on it. Each direction ends by
 * itself ({@link io.vmessproxy.common.net.EndOfStream}); the connection ends with the second. A
 * channel that closes without having ended its direction resets the other, so that nobody takes a
 * torn stream for a whole one.
 */
public final class Relay {
  private final Channel inbound;
  private final Channel outbound;
  private final RelayHandler uplink;
  private final RelayHandler downlink;
  private final Policy policy;
  private final LongSupplier nanoTime;

  private int directionsEnded;
  private long touchedNanos;
  private long pendingBytes;
  private @Nullable ScheduledFuture<?> idleCheck;

  private Relay(Channel inbound, Channel outbound, Policy policy, LongSupplier nanoTime) {
    this.inbound = inbound;
    this.outbound = outbound;
    this.policy = policy;
    this.nanoTime = nanoTime;
    this.uplink = new RelayHandler(this, outbound, policy.bufferBytes());
    this.downlink = new RelayHandler(this, inbound, policy.bufferBytes());
  }

  /**
   * Puts the relay at the tail of both pipelines. Reading goes on with {@link #start}.
   *
   * @param inbound where the application's bytes come from
   * @param outbound where they go to
   */
  public static Relay join(Channel inbound, Channel outbound, Policy policy) {
    return join(inbound, outbound, policy, System::nanoTime);
  }

  static Relay join(Channel inbound, Channel outbound, Policy policy, LongSupplier nanoTime) {
    Relay relay = new Relay(inbound, outbound, policy, nanoTime);
    inbound.pipeline().addLast(relay.uplink);
    outbound.pipeline().addLast(relay.downlink);
    return relay;
  }

  /** Both channels read from now on, as fast as the other one writes. */
  public void start() {
    start(false);
  }

  /**
   * As above.
   *
   * @param inboundEnded whether the application's end is already on its way to the outbound channel
   */
  public void start(boolean inboundEnded) {
    touch();
    if (inboundEnded) {
      uplink.endedBefore();
    }
    if (!inbound.isActive()) {
      closed(uplink, outbound);
      return;
    }
    if (!outbound.isActive()) {
      closed(downlink, inbound);
      return;
    }
    if (!uplink.ended() && inbound instanceof DuplexChannel duplex && duplex.isInputShutdown()) {
      // The application's FIN came before there was anyone to pass it on to.
      uplink.end();
    }
    scheduleIdleCheck(limitNanos());
    outbound.flush();
    outbound.config().setAutoRead(inbound.isWritable());
    inbound.config().setAutoRead(outbound.isWritable());
  }

  /** A byte moved. */
  void touch() {
    touchedNanos = nanoTime.getAsLong();
  }

  /** What is written to this handler's channel has room again. */
  void widen(RelayHandler handler) {
    (handler == uplink ? downlink : uplink).widen();
  }

  /** One direction has been read to its end: another limit holds from here. */
  void limitChanged() {
    if (idleCheck != null) {
      cancelIdleCheck();
      scheduleIdleCheck(limitNanos());
    }
  }

  /** One direction's end is written out, or cannot be. */
  void directionEnded() {
    directionsEnded++;
    if (directionsEnded == 2) {
      cancelIdleCheck();
      inbound.close();
      outbound.close();
    }
  }

  /** The channel that {@code handler} reads from is closed: so is its peer, soon. */
  void closed(RelayHandler handler, Channel peer) {
    cancelIdleCheck();
    if (!peer.isActive()) {
      peer.close();
    } else if (handler.ended()) {
      peer.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    } else {
      reset(peer);
    }
  }

  /** Closes with RST where the channel is a TCP socket, so that a cut is not taken for an end. */
  private static void reset(Channel channel) {
    if (channel.config().getOptions().containsKey(ChannelOption.SO_LINGER)) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    }
    channel.close();
  }

  private void scheduleIdleCheck(long delayNanos) {
    idleCheck =
        inbound
            .eventLoop()
            .schedule(this::checkIdle, Math.max(1, delayNanos), TimeUnit.NANOSECONDS);
  }

  private void cancelIdleCheck() {
    if (idleCheck != null) {
      idleCheck.cancel(false);
      idleCheck = null;
    }
  }

  private void checkIdle() {
    long pending = pendingBytes(inbound) + pendingBytes(outbound);
    if (pending != pendingBytes) {
      // A slow reader takes bytes without any being read on the other side: that is life, too.
      pendingBytes = pending;
      touch();
    }
    long left = limitNanos() - (nanoTime.getAsLong() - touchedNanos);
    if (left > 0) {
      scheduleIdleCheck(left);
      return;
    }
    idleCheck = null;
    inbound.close();
    outbound.close();
  }

  /** How long the connection may be silent, as it stands. */
  private long limitNanos() {
    boolean waitsForAReader = pendingBytes(inbound) + pendingBytes(outbound) > 0;
    if (waitsForAReader || uplink.ended() == downlink.ended()) {
      return policy.connIdle().toNanos();
    }
    return (uplink.ended() ? policy.downlinkOnly() : policy.uplinkOnly()).toNanos();
  }

  private static long pendingBytes(Channel channel) {
    var buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }
}
