package io.vmessproxy.client.outbound;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long silence has to last to be one, by how long the connection took to open: several round
 * trips at least, where an answer takes a single one.
 *
 * @param openingNanos how long that was
 * @param mostNanos never longer than this
 */
record Patience(long openingNanos, long mostNanos) {
  private static final long QUESTION = TimeUnit.MILLISECONDS.toNanos(1000);
  private static final long PROBE = TimeUnit.MILLISECONDS.toNanos(700);
  private static final long SPARE = TimeUnit.MILLISECONDS.toNanos(300);

  static Patience of(long openingNanos, Duration most) {
    return new Patience(openingNanos, most.toNanos());
  }

  /** For the answer to the first question. */
  long questionNanos() {
    return atLeast(QUESTION);
  }

  /** For a probe's connection and the answer to it. */
  long probeNanos() {
    return openingNanos + atLeast(PROBE);
  }

  /** For the other probes of a round once one was answered. */
  long laggardNanos() {
    return slowAnswerNanos();
  }

  private long atLeast(long nanos) {
    return Math.min(mostNanos, Math.max(nanos, slowAnswerNanos()));
  }

  private long slowAnswerNanos() {
    return 2 * openingNanos + SPARE;
  }
}
