package io.vmessproxy.client.link;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Percent-encoding as JavaScript's {@code encodeURIComponent} does it. */
final class PercentText {
  private static final String PLAIN = "-_.!~*'()";

  private PercentText() {}

  /** Decodes once. A plus stays one, and what is no escape stays as it is. */
  static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    int from = 0;
    for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
      if (at >= from && isEscape(text, at)) {
        bytes.writeBytes(utf8(text.substring(from, at)));
        bytes.write(Integer.parseInt(text, at + 1, at + 3, 16));
        from = at + 3;
      }
    }
    bytes.writeBytes(utf8(text.substring(from)));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static boolean isEscape(String text, int at) {
    return at + 2 < text.length()
        && Character.digit(text.charAt(at + 1), 16) >= 0
        && Character.digit(text.charAt(at + 2), 16) >= 0
        && text.charAt(at + 1) < 0x80
        && text.charAt(at + 2) < 0x80;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Encodes all but letters, digits and {@code - _ . ! ~ * ' ( )}. */
  static String encode(String text) {
    StringBuilder encoded = new StringBuilder(text.length());
    for (byte b : utf8(text)) {
      char c = (char) (b & 0xff);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0)) {
        encoded.append(c);
      } else {
        encoded.append("%%%02X".formatted((int) c));
      }
    }
    return encoded.toString();
  }

  /** Whether the text was encoded once too often: its first slash is an escape. */
  static boolean startsWithEncodedSlash(String text) {
    return text.toLowerCase(Locale.ROOT).startsWith("%2f");
  }
}
