package io.vmessproxy.client.settings;

import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;

/** {@code HOST:PORT}, an IPv6 address in brackets. */
public final class HostPort {
  private static final int MAX_PORT = 0xffff;

  private HostPort() {}

  /**
   * Reads a host and its port.
   *
   * @param where the flag, for the message
   * @param minPort 0 where a free port may be asked for, else 1
   * @param example a right one, for the message
   */
  public static Destination read(String where, String text, int minPort, String example) {
    int colon = text.lastIndexOf(':');
    String expected = " (expected: HOST:PORT, as in " + example + ")";
    String quoted = where + ": \"" + shown(text) + "\"";
    if (text.contains("/")) {
      throw new SettingsException(quoted + " is not an address" + expected);
    }
    if (Numbers.isDigits(text) || colon == 0) {
      throw new SettingsException(quoted + " has no host" + expected);
    }
    if (colon < 0 || text.endsWith("]")) {
      throw new SettingsException(quoted + " has no port" + expected);
    }
    String host = text.substring(0, colon);
    if (host.indexOf(':') >= 0 && !host.startsWith("[")) {
      throw new SettingsException(
          quoted + ": IPv6 goes in brackets (expected: [HOST]:PORT, as in [::1]:1080)");
    }
    int port = Numbers.read(quoted + ": port", text.substring(colon + 1), minPort, MAX_PORT);
    try {
      return new Destination(address(host), port);
    } catch (IllegalArgumentException e) {
      throw new SettingsException(quoted + ": " + e.getMessage());
    }
  }

  /** Without a path: it may be a subscription's. */
  private static String shown(String text) {
    int scheme = text.indexOf("://");
    int slash = text.indexOf('/', scheme < 0 ? 0 : scheme + 3);
    return slash < 0 ? Masked.plain(text) : Masked.plain(text.substring(0, slash)) + "…";
  }

  /**
   * Reads a host alone: an IPv4 or IPv6 address or a name.
   *
   * @param where the JSON path, for the message
   */
  public static Address readHost(String where, String text) {
    try {
      return address(text);
    } catch (IllegalArgumentException e) {
      throw new SettingsException(where + ": \"" + Masked.plain(text) + "\": " + e.getMessage());
    }
  }

  private static Address address(String host) {
    Address address = Address.of(host);
    if (host.equals("*")) {
      throw new IllegalArgumentException("'*' is no address (expected: 0.0.0.0 or [::] for all)");
    }
    return address;
  }

  /** Reads a port a server can have. */
  public static int readPort(String where, String text) {
    return Numbers.read(where, text, 1, MAX_PORT);
  }
}
