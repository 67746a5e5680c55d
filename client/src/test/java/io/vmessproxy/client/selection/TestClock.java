package io.vmessproxy.client.selection;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A time that passes when it is told to. It begins below zero, as {@link System#nanoTime} may. */
final class TestClock implements LongSupplier {
  private long nanos = -1_000_000_000L;

  void pass(Duration time) {
    nanos += time.toNanos();
  }

  void passMillis(long millis) {
    nanos += millis * 1_000_000;
  }

  @Override
  public long getAsLong() {
    return nanos;
  }
}
