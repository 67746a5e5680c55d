package io.vmessproxy.client.dispatch;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many sessions may ask a second server while the first one still may answer: a few of a
 * hundred, and not many at once, so that slow servers do not get twice the load. Any thread.
 */
public final class HedgeBudget {
  private static final int COST = 100;
  private static final int EARNED = 3; // of a hundred sessions, three may
  private static final int MOST_AT_ONCE = 10;

  private final boolean on;
  private final AtomicInteger saved = new AtomicInteger(MOST_AT_ONCE * COST);

  private HedgeBudget(boolean on) {
    this.on = on;
  }

  /** Three of a hundred sessions, ten at once. */
  public static HedgeBudget few() {
    return new HedgeBudget(true);
  }

  /** None. */
  public static HedgeBudget none() {
    return new HedgeBudget(false);
  }

  /** A session begins. */
  void earn() {
    if (on && saved.get() < MOST_AT_ONCE * COST) {
      saved.getAndUpdate(now -> Math.min(MOST_AT_ONCE * COST, now + EARNED));
    }
  }

  /** Whether one more may ask; it then does. */
  boolean take() {
    return on && saved.getAndUpdate(now -> now < COST ? now : now - COST) >= COST;
  }
}
