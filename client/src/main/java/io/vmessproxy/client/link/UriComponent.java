package io.vmessproxy.client.link;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A part of a link, encoded as JavaScript's {@code encodeURIComponent} does it. */
final class UriComponent {
  private static final String PLAIN = "-_.!~*'()";

  private UriComponent() {}

  /** Encodes all but letters, digits and {@code - _ . ! ~ * ' ( )}. */
  static String encode(String text) {
    StringBuilder encoded = new StringBuilder(text.length());
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
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
