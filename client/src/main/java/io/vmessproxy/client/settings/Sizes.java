package io.vmessproxy.client.settings;

/** Numbers of bytes as text: a whole number, and {@code k} or {@code m} for KiB or MiB. */
public final class Sizes {
  // More than any buffer needs, and far from where an int overflows.
  private static final int MAX = 1 << 30;
  private static final int MAX_DIGITS = 10;

  private Sizes() {}

  /**
   * Reads a size of at most 1024m.
   *
   * @param where the flag, for the message
   * @return bytes
   */
  public static int read(String where, String text) {
    int end = text.length();
    int shift = 0;
    if (end > 0) {
      shift =
          switch (text.charAt(end - 1)) {
            case 'k', 'K' -> 10;
            case 'm', 'M' -> 20;
            default -> 0;
          };
    }
    String digits = text.substring(0, shift == 0 ? end : end - 1);
    if (!Numbers.isDigits(digits) || digits.length() > MAX_DIGITS) {
      throw new SettingsException(
          "%s: \"%s\" is not a size (expected: bytes, as in 4096, 512k, 1m or 0)"
              .formatted(where, Masked.plain(text)));
    }
    long bytes = Long.parseLong(digits) << shift;
    if (bytes > MAX) {
      throw new SettingsException(
          "%s: \"%s\" is too large (expected: at most 1024m)".formatted(where, text));
    }
    return (int) bytes;
  }
}
