package io.vmessproxy.client.settings;

/** {@code FIRST-LAST}, both included. */
public record PortRange(int first, int last) {
  private static final int MAX_PORT = 0xffff;

  /** Whether the text is meant to be one. */
  public static boolean isRange(String text) {
    return text.indexOf('-') >= 0;
  }

  /**
   * Reads a range; both ends may be the same.
   *
   * @param where the flag or the JSON path, for the message
   */
  public static PortRange read(String where, String text) {
    int dash = text.indexOf('-');
    int first = Numbers.read(where + ": first port", text.substring(0, dash), 1, MAX_PORT);
    int last = Numbers.read(where + ": last port", text.substring(dash + 1), first, MAX_PORT);
    return new PortRange(first, last);
  }
}
