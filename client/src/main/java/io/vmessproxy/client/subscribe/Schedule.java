package io.vmessproxy.client.subscribe;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When a subscription is refreshed.
 *
 * @param wanted by the user; null: what the provider says, or a day
 * @param random 0 to 1: spreads the refreshes of many programs
 */
record Schedule(@Nullable Duration wanted, DoubleSupplier random) {
  static final Duration DEFAULT = Duration.ofHours(24);

  private static final double SPREAD = 0.1;
  private static final Duration[] AFTER_FAILURES = {
    Duration.ofMinutes(5), Duration.ofMinutes(15), Duration.ofMinutes(60)
  };

  /** From one refresh to the next, before it is spread. */
  Duration interval(Profile profile) {
    if (wanted != null) {
      return wanted;
    }
    return profile.updateInterval() == null ? DEFAULT : profile.updateInterval();
  }

  /**
   * The wait behind a good answer.
   *
   * @param age of that answer; negative if a clock was set back: such an answer is as good as old
   */
  Duration afterSuccess(Profile profile, Duration age) {
    Duration interval = interval(profile);
    if (age.isNegative() || age.compareTo(interval) >= 0) {
      return Duration.ZERO;
    }
    return interval.minus(age).plus(spread(interval));
  }

  /**
   * The wait behind failures: never longer than between two good answers.
   *
   * @param failures in a row, at least one
   */
  Duration afterFailure(Profile profile, int failures) {
    Duration wait = AFTER_FAILURES[Math.min(failures, AFTER_FAILURES.length) - 1];
    Duration interval = interval(profile);
    Duration shorter = wait.compareTo(interval) < 0 ? wait : interval;
    return shorter.plus(spread(shorter));
  }

  private Duration spread(Duration of) {
    return Duration.ofMillis((long) (of.toMillis() * SPREAD * random.getAsDouble()));
  }

  /** For people, by one unit: {@code 90 s}, {@code 5 min}, {@code 3 h}, {@code 12 days}. */
  static String text(Duration duration) {
    if (duration.toMinutes() < 2) {
      return Math.max(0, duration.toSeconds()) + " s";
    }
    if (duration.toHours() < 2) {
      return duration.toMinutes() + " min";
    }
    return duration.toDays() < 2 ? duration.toHours() + " h" : duration.toDays() + " days";
  }
}
