package io.vmessproxy.client.dispatch;

import io.netty.util.concurrent.EventExecutor;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Writes a line when it comes first, then counts it, and sums it up each minute that it comes
 * again: {@code ... x 214 in 60 s}. An application whose server is down tries on, each time to fail
 * for the same cause.
 *
 * <p>Only so many different lines are told apart; what is beyond is counted alone. Thread-safe.
 */
final class FoldedLog {
  private static final int WINDOW_SECONDS = 60;
  private static final int MAX_LINES = 64;
  private static final String OTHERS = "other failures";

  private final Consumer<String> log;

  /** How often each line came since it was written last. */
  private final Map<String, Integer> counts = new HashMap<>();

  FoldedLog(Consumer<String> log) {
    this.log = log;
  }

  /**
   * Writes a line, or counts it.
   *
   * @param timer sums up
   */
  void write(String line, EventExecutor timer) {
    String counted = line;
    synchronized (this) {
      if (!counts.containsKey(line) && counts.size() >= MAX_LINES) {
        counted = OTHERS;
      }
      Integer before = counts.get(counted);
      counts.put(counted, before == null ? firstCount(counted) : before + 1);
      if (before != null) {
        return;
      }
    }
    if (!counted.equals(OTHERS)) {
      log.accept(line);
    }
    sumUpLater(counted, timer);
  }

  /** A line is written when it comes first; what is counted alone is not. */
  private static int firstCount(String counted) {
    return counted.equals(OTHERS) ? 1 : 0;
  }

  private void sumUpLater(String line, EventExecutor timer) {
    timer.schedule(() -> sumUp(line, timer), WINDOW_SECONDS, TimeUnit.SECONDS);
  }

  private void sumUp(String line, EventExecutor timer) {
    int count;
    synchronized (this) {
      count = counts.getOrDefault(line, 0);
      if (count == 0) {
        counts.remove(line); // The next one is news.
        return;
      }
      counts.put(line, 0);
    }
    log.accept("%s x %d in %d s".formatted(line, count, WINDOW_SECONDS));
    sumUpLater(line, timer);
  }
}
