package io.vmessproxy.client.link;

import io.vmessproxy.common.net.Address;
import java.net.IDN;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Hosts as links spell them. */
final class HostText {
  private static final String NEVER_IN_A_HOST = "?#%*,;";

  private HostText() {}

  /**
   * Reads an address or a name, IPv6 with or without brackets.
   *
   * @return an IP literal without brackets, or an ASCII name in lower case (IDN as punycode); null:
   *     it is neither
   */
  static @Nullable String host(String text) {
    String bare = text.strip();
    if (bare.startsWith("[") && bare.endsWith("]")) {
      bare = bare.substring(1, bare.length() - 1);
    }
    try {
      bare = ascii(bare).toLowerCase(Locale.ROOT);
      if (bare.chars().anyMatch(c -> NEVER_IN_A_HOST.indexOf(c) >= 0)) {
        return null;
      }
      return Address.of(bare).host();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * A Host header's value: a name, perhaps with a port; its case is kept.
   *
   * @return null: it can be none
   */
  static @Nullable String header(String text) {
    try {
      String value = ascii(text);
      return value.chars().allMatch(c -> c > ' ' && c < 0x7f) ? value : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String ascii(String text) {
    return text.chars().allMatch(c -> c < 0x80) ? text : IDN.toASCII(text, IDN.ALLOW_UNASSIGNED);
  }

  /** What stands before the port of {@code host:port}, IPv6 without brackets. */
  static String withoutPort(String text) {
    int bracket = text.indexOf(']');
    if (text.startsWith("[") && bracket > 0) {
      return text.substring(1, bracket);
    }
    int colon = text.indexOf(':');
    return colon >= 0 && colon == text.lastIndexOf(':') ? text.substring(0, colon) : text;
  }
}
