package io.vmessproxy.client.dispatch;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets a warning through once in ten seconds, or at once where it says something new.
 *
 * <p>An application whose server is down sends on, each time to open a stream that fails for the
 * same cause. Thread-safe.
 */
final class FoldedWarning {
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final LongSupplier nanoTime;
  private @Nullable String last;
  private long lastNanos;
  private int folded;

  FoldedWarning(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** What to write now: the message, with how often it came unwritten before; null is nothing. */
  synchronized @Nullable String fold(String message) {
    long now = nanoTime.getAsLong();
    if (message.equals(last) && now - lastNanos < EVERY_NANOS) {
      folded++;
      return null;
    }
    String more = folded == 0 ? "" : " (" + folded + " more like the last one)";
    last = message;
    lastNanos = now;
    folded = 0;
    return message + more;
  }
}
