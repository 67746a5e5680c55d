package io.vmessproxy.client.outbound;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long silence has to last to be one, by how long the connection took to open: several round
 * trips at least, where an answer takes a single one. What opens the connection may be nearer than
 * the server, so each is long for a fast link, too.
 *
 * @param openingNanos how long that was
 * @param mostNanos never longer than this
 */
record Patience(long openingNanos, long mostNanos) {
  private static final long SUSPICION = TimeUnit.MILLISECONDS.toNanos(800);
  private static final long VERDICT = TimeUnit.MILLISECONDS.toNanos(2000);
  private static final long FIRST_ROUND = TimeUnit.MILLISECONDS.toNanos(1100);
  private static final long SECOND_ROUND = TimeUnit.MILLISECONDS.toNanos(600);
  private static final long SPARE = TimeUnit.MILLISECONDS.toNanos(300);

  static Patience of(long openingNanos, Duration most) {
    return new Patience(openingNanos, most.toNanos());
  }

  /** After so long without an answer to the question we look for the reason. */
  long suspicionNanos() {
    return atLeast(SUSPICION);
  }

  /** For so long an answer to the question is waited for, whatever else is found out. */
  long verdictNanos() {
    return atLeast(VERDICT);
  }

  /** For the first probes' connections and the answers to them. */
  long firstRoundNanos() {
    return openingNanos + atLeast(FIRST_ROUND);
  }

  /** For more probes, when the first round has ended so soon because one was answered. */
  long secondRoundNanos(long firstRoundTookNanos) {
    return Math.min(openingNanos + mostNanos, Math.max(SECOND_ROUND, firstRoundTookNanos + SPARE));
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
