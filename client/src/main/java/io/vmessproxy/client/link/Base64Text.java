package io.vmessproxy.client.link;

import java.io.ByteArrayOutputStream;

/**
 * Base64 as it comes out of chats, mails and address bars: either alphabet, any padding or none,
 * broken into lines, percent-encoded.
 */
final class Base64Text {
  private static final int BITS = 6;

  private Base64Text() {}

  /**
   * Decodes leniently. Bits that the last character has too many are ignored.
   *
   * @param position of the first character, for messages
   * @throws LinkException {@code BAD_BASE64} at another character, or at one too many
   */
  static byte[] decode(String text, int position) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() * 3 / 4);
    int digits = 0;
    int bits = 0;
    int padding = -1; // where it begins
    for (int i = 0; i < text.length(); i++) {
      int at = i;
      char c = text.charAt(i);
      if (c == '%' && i + 2 < text.length()) {
        c = escaped(text, i);
        i += 2;
      }
      if (c == '=') {
        padding = padding < 0 ? at : padding;
      } else if (!Character.isWhitespace(c) && c != '\ufeff' && c != '\u00a0') {
        int digit = padding < 0 ? digit(c) : -1;
        if (digit < 0) {
          throw bad(position + (padding < 0 ? at : padding), c);
        }
        bits = (bits << BITS) | digit;
        digits++;
        writeWhole(bytes, digits, bits);
      }
    }
    if (digits % 4 == 1) {
      throw new LinkException(
          "BAD_BASE64",
          null,
          "character %d: the base64 ends in the middle of a byte (expected: all of the link)"
              .formatted(position + text.length()));
    }
    return bytes.toByteArray();
  }

  /** Each digit but the first of four completes a byte. */
  private static void writeWhole(ByteArrayOutputStream bytes, int digits, int bits) {
    switch (digits % 4) {
      case 2 -> bytes.write(bits >> 4);
      case 3 -> bytes.write(bits >> 2);
      case 0 -> bytes.write(bits);
      default -> {}
    }
  }

  private static char escaped(String text, int at) {
    int high = Character.digit(text.charAt(at + 1), 16);
    int low = Character.digit(text.charAt(at + 2), 16);
    return high < 0 || low < 0 ? '%' : (char) (high << 4 | low);
  }

  private static int digit(char c) {
    if (c >= 'A' && c <= 'Z') {
      return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
      return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
      return c - '0' + 52;
    }
    return switch (c) {
      case '+', '-' -> 62;
      case '/', '_' -> 63;
      default -> -1;
    };
  }

  private static LinkException bad(int position, char c) {
    return new LinkException(
        "BAD_BASE64",
        null,
        "character %d: %s is not base64 (expected: letters, digits, + and /, or vmess://UUID@HOST:PORT)"
            .formatted(position, Quoted.value(String.valueOf(c))));
  }
}
