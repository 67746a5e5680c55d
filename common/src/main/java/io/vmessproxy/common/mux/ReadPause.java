package io.vmessproxy.common.mux;

import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Stops reading a connection while one of its streams holds as much as it may.
 *
 * <p>Alone, such a stream waits as long as it likes: that is what back-pressure is. Among others it
 * is reset as soon as its reader has taken nothing for {@link MuxLimits#maxStall}.
 */
final class ReadPause {
  private final Channel connection;
  private final long maxStallNanos;
  private final BooleanSupplier shared;

  /** The full streams, with the time from which each one's patience counts. */
  private final Map<MuxStream, Long> full = new LinkedHashMap<>();

  private @Nullable ScheduledFuture<?> check;

  /**
   * @param shared whether the connection has more than one stream
   */
  ReadPause(Channel connection, Duration maxStall, BooleanSupplier shared) {
    this.connection = connection;
    this.maxStallNanos = maxStall.toNanos();
    this.shared = shared;
  }

  /** Whether the connection is not being read. */
  boolean active() {
    return !full.isEmpty();
  }

  /** The stream can hold no more. */
  void add(MuxStream stream) {
    if (full.putIfAbsent(stream, now()) == null && full.size() == 1) {
      connection.config().setAutoRead(false);
      scheduleCheck();
    }
  }

  /** The stream's reader took something, if not enough. */
  void progress(MuxStream stream) {
    full.computeIfPresent(stream, (same, since) -> now());
  }

  /** Another stream has come: only now does it matter to anybody how long the full ones stay so. */
  void sharedFromNow() {
    full.replaceAll((stream, since) -> now());
  }

  /** The stream can hold more, or nothing more comes for it. */
  void remove(MuxStream stream) {
    if (full.remove(stream) != null && full.isEmpty()) {
      stop();
      // Never from within a read: some channels read at once when they are told to.
      connection.eventLoop().execute(this::resume);
    }
  }

  private void resume() {
    if (!active() && connection.isActive()) {
      connection.config().setAutoRead(true);
    }
  }

  /** The connection is over. */
  void stop() {
    full.clear();
    if (check != null) {
      check.cancel(false);
      check = null;
    }
  }

  private void check() {
    check = null;
    if (shared.getAsBoolean()) {
      for (MuxStream stream : List.copyOf(full.keySet())) {
        Long since = full.get(stream);
        if (since != null && now() - since >= maxStallNanos) {
          stream.resetStalled();
        }
      }
    }
    if (active() && check == null) {
      scheduleCheck();
    }
  }

  private void scheduleCheck() {
    long oldest = full.values().stream().mapToLong(since -> now() - since).max().orElse(0);
    long delay = shared.getAsBoolean() ? Math.max(1, maxStallNanos - oldest) : maxStallNanos;
    check = connection.eventLoop().schedule(this::check, delay, TimeUnit.NANOSECONDS);
  }

  private long now() {
    return connection.eventLoop().ticker().nanoTime();
  }
}
