package io.vmessproxy.common.net;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Writes what strangers and users give cause to, but no more than a bounded number of lines,
 * however many they are: of one reason a few in ten seconds, and of a few reasons. What was left
 * out is counted in one line. So a flood of noise does not hide a user whose clock is off. Any
 * thread.
 */
public final class StrangersLog {
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final int MAX_LINES_A_REASON = 3;
  private static final int MAX_REASONS = 32;

  private final Consumer<String> log;
  private final LongSupplier nanoTime;
  private final Map<String, Integer> lines = new HashMap<>(); // by reason, in this window
  private long windowStart;
  private long leftOut;

  /** In real time. */
  public StrangersLog(Consumer<String> log) {
    this(log, System::nanoTime);
  }

  StrangersLog(Consumer<String> log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
    this.windowStart = nanoTime.getAsLong();
  }

  /**
   * Writes {@code who: reason}, or counts it.
   *
   * @param who of whom there may be any number
   */
  public void write(Object who, String reason) {
    long before;
    synchronized (this) {
      before = turn();
      if (!admit(reason)) {
        leftOut++;
        return;
      }
    }
    if (before > 0) {
      log.accept(before + " more lines like those before were left out");
    }
    log.accept(who + ": " + reason);
  }

  /** Begins a new window where the old one is over; returns how many the old one left out. */
  private long turn() {
    long now = nanoTime.getAsLong();
    if (now - windowStart < WINDOW_NANOS) {
      return 0;
    }
    windowStart = now;
    lines.clear();
    long before = leftOut;
    leftOut = 0;
    return before;
  }

  private boolean admit(String reason) {
    int written = lines.getOrDefault(reason, 0);
    if (written >= MAX_LINES_A_REASON || (written == 0 && lines.size() >= MAX_REASONS)) {
      return false;
    }
    lines.put(reason, written + 1);
    return true;
  }
}
