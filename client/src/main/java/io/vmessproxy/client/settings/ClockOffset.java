package io.vmessproxy.client.settings;

import java.time.Duration;

/**
 * What time request headers are to carry.
 *
 * @param ahead how far a server's clock is ahead of this machine's; negative: behind
 * @param auto whether what is found out about a server's clock is applied to it
 */
public record ClockOffset(Duration ahead, boolean auto) {
  /** This machine's time. */
  public static final ClockOffset NONE = new ClockOffset(Duration.ZERO, false);

  /** That of a machine which begins in 1970, at the least. */
  private static final int MAX_DIGITS = 10;

  /**
   * Reads {@code auto} or a number of seconds, which may have a sign.
   *
   * @param where the flag, for the message
   */
  public static ClockOffset read(String where, String text) {
    if (text.equals("auto")) {
      return new ClockOffset(Duration.ZERO, true);
    }
    boolean signed = text.startsWith("-") || text.startsWith("+");
    String digits = signed ? text.substring(1) : text;
    if (!Numbers.isDigits(digits) || digits.length() > MAX_DIGITS) {
      throw new SettingsException(
          "%s: \"%s\" is not an offset (expected: seconds, as in 282 or -60, or auto)"
              .formatted(where, Masked.plain(text)));
    }
    long seconds = Long.parseLong(digits);
    return new ClockOffset(Duration.ofSeconds(text.startsWith("-") ? -seconds : seconds), false);
  }
}
