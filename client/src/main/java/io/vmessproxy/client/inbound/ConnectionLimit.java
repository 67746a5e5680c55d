package io.vmessproxy.client.inbound;

import io.netty.channel.Channel;
import io.vmessproxy.client.settings.ListenerSettings;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts a listener's connections and refuses those above a maximum. Thread-safe. */
final class ConnectionLimit {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimit.class);
  private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final ListenerSettings listener;
  private final int max;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final AtomicLong lastLogNanos = new AtomicLong(System.nanoTime() - LOG_EVERY_NANOS);

  ConnectionLimit(ListenerSettings listener, int max) {
    this.listener = listener;
    this.max = max;
  }

  /** Whether this connection may live; counts it until it closes, if so. */
  boolean admit(Channel channel) {
    if (open.incrementAndGet() > max) {
      open.decrementAndGet();
      refused.incrementAndGet();
      logFolded();
      return false;
    }
    channel.closeFuture().addListener(closed -> open.decrementAndGet());
    return true;
  }

  /** A flood of refusals is one line in ten seconds. */
  private void logFolded() {
    long last = lastLogNanos.get();
    long now = System.nanoTime();
    if (now - last >= LOG_EVERY_NANOS && lastLogNanos.compareAndSet(last, now)) {
      LOG.warn(
          "{}: {} connections refused, {} are open already", listener, refused.getAndSet(0), max);
    }
  }
}
