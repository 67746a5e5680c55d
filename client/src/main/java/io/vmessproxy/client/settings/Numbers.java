package io.vmessproxy.client.settings;

/** Whole numbers as text. */
public final class Numbers {
  private static final int MAX_DIGITS = 9;

  private Numbers() {}

  /**
   * Reads decimal digits, nothing else: no sign, no fraction, no exponent.
   *
   * @param where the flag or the JSON path, for the message
   * @throws SettingsException if it is no such number, or out of range
   */
  public static int read(String where, String text, int min, int max) {
    if (isDigits(text) && text.length() <= MAX_DIGITS) {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    }
    String shown = isNumeric(text) ? Masked.plain(text) : '"' + Masked.plain(text) + '"';
    throw new SettingsException(where + ": " + shown + " (expected: " + min + ".." + max + ")");
  }

  static boolean isDigits(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static boolean isNumeric(String text) {
    for (int i = 0; i < text.length(); i++) {
      if ("0123456789.+-eE".indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
