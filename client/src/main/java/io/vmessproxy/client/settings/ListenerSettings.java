package io.vmessproxy.client.settings;

import java.util.Locale;

/**
 * One local port.
 *
 * @param host an IP literal (IPv6 without brackets) or a name
 * @param port 0 picks a free one
 */
public record ListenerSettings(Kind kind, String host, int port) {
  /** What a listener speaks. */
  public enum Kind {
    /** SOCKS4, 4a, 5 and HTTP, told apart by the first byte. */
    MIXED,
    /** SOCKS4, 4a and 5. */
    SOCKS,
    /** HTTP. */
    HTTP;

    /** The word on the command line: {@code mixed}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
