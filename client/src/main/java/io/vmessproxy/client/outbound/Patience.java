package io.vmessproxy.client.outbound;

import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.client.transport.TransportSettings;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long silence has to last to be one, by how long the connection took to open: several round
 * trips at least, where an answer takes a single one. What opens the connection may be nearer than
 * the server, so each is long for a fast link, too.
 *
 * @param openingNanos how long that was
 * @param roundTrips how many it takes: one for each layer that has a handshake
 * @param mostNanos never longer than this
 */
record Patience(long openingNanos, int roundTrips, long mostNanos) {
  private static final long SUSPICION = TimeUnit.MILLISECONDS.toNanos(800);
  private static final long VERDICT = TimeUnit.MILLISECONDS.toNanos(2000);
  private static final long FIRST_ROUND = TimeUnit.MILLISECONDS.toNanos(1100);
  private static final long SECOND_ROUND = TimeUnit.MILLISECONDS.toNanos(600);
  private static final long SPARE = TimeUnit.MILLISECONDS.toNanos(300);

  static Patience of(long openingNanos, StreamSettings layers, Duration most) {
    int transport =
        layers.transport() instanceof TransportSettings.Tcp
                || layers.transport() instanceof TransportSettings.HttpHeader
            ? 0
            : 1;
    int tls = layers.tls() == null ? 0 : 1;
    return new Patience(openingNanos, 1 + tls + transport, most.toNanos());
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
    return 2 * openingNanos / roundTrips + SPARE;
  }
}
