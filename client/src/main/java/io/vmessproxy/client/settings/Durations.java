package io.vmessproxy.client.settings;

import java.time.Duration;

/** Durations as text: a whole number and one of {@code ms}, {@code s}, {@code m}, {@code h}. */
public final class Durations {
  // More than any timeout needs, and far from where nanoseconds overflow a long.
  private static final Duration MAX = Duration.ofDays(365);
  private static final int MAX_DIGITS = 9;

  private Durations() {}

  /**
   * Reads a duration of at most a year.
   *
   * @param where the flag, for the message
   */
  public static Duration read(String where, String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    if (digits == 0 || digits > MAX_DIGITS) {
      throw notADuration(where, text);
    }
    long value = Long.parseLong(text.substring(0, digits));
    Duration duration =
        switch (text.substring(digits)) {
          case "ms" -> Duration.ofMillis(value);
          case "s" -> Duration.ofSeconds(value);
          case "m" -> Duration.ofMinutes(value);
          case "h" -> Duration.ofHours(value);
          default -> throw notADuration(where, text);
        };
    if (duration.compareTo(MAX) > 0) {
      throw new SettingsException(
          "%s: \"%s\" is too long (expected: at most 8760h)".formatted(where, text));
    }
    return duration;
  }

  /** Reads a duration that is not zero. */
  public static Duration readPositive(String where, String text) {
    Duration duration = read(where, text);
    if (duration.isZero()) {
      throw new SettingsException(
          "%s: \"%s\" leaves no time (expected: more than 0, as in 4s)".formatted(where, text));
    }
    return duration;
  }

  private static SettingsException notADuration(String where, String text) {
    return new SettingsException(
        "%s: \"%s\" is not a duration (expected: a number and its unit, as in 250ms, 4s, 2m or 1h)"
            .formatted(where, Masked.plain(text)));
  }
}
