package io.vmessproxy.client.link;

/** A node's name, safe to print: a provider chose it, and it goes to a terminal and to the log. */
final class DisplayName {
  private static final int MAX_CHARS = 200;

  private DisplayName() {}

  /** The name without control characters, line ends and what turns the direction of writing. */
  static String of(String text) {
    StringBuilder name = new StringBuilder();
    text.codePoints().filter(DisplayName::printable).forEach(name::appendCodePoint);
    String stripped = name.toString().strip();
    if (stripped.length() <= MAX_CHARS) {
      return stripped;
    }
    int end = Character.isHighSurrogate(stripped.charAt(MAX_CHARS - 1)) ? MAX_CHARS - 1 : MAX_CHARS;
    return stripped.substring(0, end).stripTrailing();
  }

  private static boolean printable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> !((c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff);
    };
  }
}
