package io.vmessproxy.client.selection;

import io.vmessproxy.client.selection.HealthBoard.State;
import java.util.random.RandomGenerator;

/**
 * Keeps streams away from what failed: for 1 s, 2 s, 4 s and then 7 s at a time, each more or less
 * by a fifth, then lets one trial through. What has served for 30 s is as good as new.
 *
 * <p>Guarded by the board, but for {@link #state}.
 */
final class Breaker {
  private static final long[] BACK_OFF_MILLIS = {1000, 2000, 4000, 7000};
  private static final double JITTER = 0.2;
  private static final long MILLI = 1_000_000;
  private static final long FORGIVEN_NANOS = 30_000 * MILLI;

  /** A trial that nobody ends is one that failed. */
  private static final long TRIAL_NANOS = 15_000 * MILLI;

  private volatile State state = State.CLOSED;
  private int streak;
  private long sinceNanos; // in this state
  private long openedNanos;
  private long dueNanos;
  private boolean slow;

  State state() {
    return state;
  }

  /** How long it is until its back-off, or its trial's time, is over. */
  long dueNanos() {
    return dueNanos;
  }

  /** Since when it is not closed. */
  long openedNanos() {
    return openedNanos;
  }

  /** Whether it was opened for slowness: then an answer alone is not enough. */
  boolean slow() {
    return slow;
  }

  /**
   * Opens. While open it stays as it is: what comes then are the echoes of the same failure.
   *
   * @return whether it was closed
   */
  boolean open(long now, RandomGenerator random, boolean forSlowness) {
    State before = state;
    if (before == State.OPEN) {
      return false;
    }
    if (before == State.CLOSED) {
      streak = now - sinceNanos > FORGIVEN_NANOS ? 0 : streak;
      openedNanos = now;
      slow = forSlowness;
    }
    long millis = BACK_OFF_MILLIS[Math.min(streak, BACK_OFF_MILLIS.length - 1)];
    streak++;
    dueNanos = now + (long) (millis * MILLI * (1 - JITTER + 2 * JITTER * random.nextDouble()));
    enter(State.OPEN, now);
    return before == State.CLOSED;
  }

  /** Whether it may be tried now. */
  boolean due(long now) {
    return state != State.CLOSED && now - dueNanos >= 0;
  }

  /** One trial begins. */
  void halfOpen(long now) {
    dueNanos = now + TRIAL_NANOS;
    enter(State.HALF_OPEN, now);
  }

  /**
   * Closes.
   *
   * @return whether it was not closed before
   */
  boolean close(long now) {
    if (state == State.CLOSED) {
      return false;
    }
    enter(State.CLOSED, now);
    return true;
  }

  /** As if it had never been open. */
  void forgive(long now) {
    streak = 0;
    close(now);
  }

  private void enter(State next, long now) {
    state = next;
    sinceNanos = now;
  }
}
