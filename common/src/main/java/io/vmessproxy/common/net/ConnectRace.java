package io.vmessproxy.common.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the addresses of one name, each a little after the last one or as soon as one has
 * failed; the first connection is taken, the others are closed (RFC 8305 §5, "Happy Eyeballs"). All
 * on one event loop. One address costs no timer.
 */
final class ConnectRace {
  /** From one attempt to the next: the RFC's Connection Attempt Delay. */
  static final Duration DELAY = Duration.ofMillis(250);

  private final Bootstrap bootstrap;
  private final EventExecutor loop;
  private final List<InetAddress> addresses;
  private final int port;
  private final Judge judge;
  private final List<ChannelFuture> running = new ArrayList<>(1);
  private final FailedAttempts failures = new FailedAttempts();
  private @Nullable ScheduledFuture<?> timer;
  private int next; // of addresses
  private boolean over;

  /** Hears how it ends: once, unless it is {@link #stop stopped} before. */
  interface Judge {
    /** Takes over the channel. */
    void won(Channel channel, InetAddress address);

    /** Every address has failed; {@code cause} is the failure that tells the most. */
    void lost(Throwable cause);
  }

  /**
   * @param addresses in the order in which they are tried; one at least
   */
  ConnectRace(
      Bootstrap bootstrap, EventExecutor loop, List<InetAddress> addresses, int port, Judge judge) {
    this.bootstrap = bootstrap;
    this.loop = loop;
    this.addresses = addresses;
    this.port = port;
    this.judge = judge;
  }

  void start() {
    next();
  }

  /** What to tell when the time is up: what failed so far may tell more. */
  Throwable orBetter(Throwable timeout) {
    return failures.with(timeout);
  }

  /** Closes what is under way; nobody is told. */
  void stop() {
    over = true;
    stopTimer();
    // A copy: closing fails the attempt, which may be heard at once. One that is done already will
    // be heard, and closed then if there is a socket to close.
    List.copyOf(running).stream()
        .filter(attempt -> !attempt.isDone())
        .forEach(attempt -> attempt.channel().close());
    running.clear();
  }

  private void next() {
    InetAddress address = addresses.get(next);
    next++;
    ChannelFuture attempt = bootstrap.connect(new InetSocketAddress(address, port));
    running.add(attempt);
    if (attempt.isDone()) {
      // No socket: then its future belongs to no event loop, so it is not listened to.
      loop.execute(() -> done(attempt, address, attempt));
    } else {
      attempt.addListener(connected -> done(attempt, address, connected));
    }
    if (next < addresses.size()) {
      timer = loop.schedule(this::next, DELAY.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void done(ChannelFuture attempt, InetAddress address, Future<?> connected) {
    if (over) {
      if (connected.isSuccess()) {
        attempt.channel().close();
      }
      return;
    }
    running.remove(attempt);
    if (connected.isSuccess()) {
      stop();
      judge.won(attempt.channel(), address);
      return;
    }
    failures.add(connected.cause());
    stopTimer();
    if (failures.isOutOfDescriptors()) {
      next = addresses.size(); // The others would want a socket as well.
    }
    if (next < addresses.size()) {
      next();
    } else if (running.isEmpty()) {
      over = true;
      judge.lost(failures.best());
    }
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
