package io.vmessproxy.it.support;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for something to become true, with a deadline. Nothing else in the tests sleeps. */
public final class Wait {
  private static final long STEP_MILLIS = 10;

  private Wait() {}

  /**
   * Waits until {@code met} is true.
   *
   * @throws AssertionError after {@code limit}, with {@code otherwise} as its message
   */
  public static void until(Duration limit, BooleanSupplier met, Supplier<String> otherwise) {
    if (!becomes(limit, met)) {
      throw new AssertionError("after " + limit + ": " + otherwise.get());
    }
  }

  /** Whether {@code met} was true before {@code limit} had passed. */
  public static boolean becomes(Duration limit, BooleanSupplier met) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!met.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
