package io.vmessproxy.client.settings;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Percent-encoding as URLs have it; what is not well-formed stays as it is. */
public final class PercentText {
  private PercentText() {}

  /** The text with each {@code %XX} as its byte of UTF-8. A plus stays a plus. */
  public static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(encoded.length);
    for (int i = 0; i < encoded.length; i++) {
      if (isEscape(encoded, i)) {
        decoded.write(
            Character.digit(encoded[i + 1], 16) << 4 | Character.digit(encoded[i + 2], 16));
        i += 2;
      } else {
        decoded.write(encoded[i]);
      }
    }
    return decoded.toString(StandardCharsets.UTF_8);
  }

  /** The text with all that a path or a query may not hold as it is encoded; escapes stay. */
  static String encode(String text) {
    byte[] plain = text.getBytes(StandardCharsets.UTF_8);
    StringBuilder encoded = new StringBuilder(plain.length);
    for (int i = 0; i < plain.length; i++) {
      char c = (char) (plain[i] & 0xff);
      if (isAllowed(c) || isEscape(plain, i)) {
        encoded.append(c);
      } else {
        encoded.append("%%%02X".formatted((int) c));
      }
    }
    return encoded.toString();
  }

  private static boolean isEscape(byte[] text, int at) {
    return text[at] == '%'
        && at + 2 < text.length
        && Character.digit(text[at + 1], 16) >= 0
        && Character.digit(text[at + 2], 16) >= 0;
  }

  private static boolean isAllowed(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-._~:/?@!$&'()*+,;=".indexOf(c) >= 0;
  }
}
