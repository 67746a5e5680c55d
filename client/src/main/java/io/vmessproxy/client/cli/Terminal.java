package io.vmessproxy.client.cli;

import java.util.ArrayList;
import java.util.List;

/** Text of strangers for a terminal: harmless, and as wide as it looks. */
final class Terminal {
  private static final char LEFT_TO_RIGHT_EMBEDDING = '\u202a';
  private static final char RIGHT_TO_LEFT_OVERRIDE = '\u202e';
  private static final char LEFT_TO_RIGHT_ISOLATE = '\u2066';
  private static final char POP_ISOLATE = '\u2069';

  private Terminal() {}

  /** The text in one line, without what moves a cursor, changes direction or forges a line. */
  static String printable(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints().forEach(c -> shown.appendCodePoint(isHarmless(c) ? c : '?'));
    return shown.toString();
  }

  private static boolean isHarmless(int c) {
    int type = Character.getType(c);
    return type != Character.CONTROL
        && type != Character.LINE_SEPARATOR
        && type != Character.PARAGRAPH_SEPARATOR
        && type != Character.SURROGATE
        && (c < LEFT_TO_RIGHT_EMBEDDING || c > RIGHT_TO_LEFT_OVERRIDE)
        && (c < LEFT_TO_RIGHT_ISOLATE || c > POP_ISOLATE);
  }

  /** How many columns a text takes: East Asian characters and pictures take two. */
  static int width(String text) {
    return text.codePoints().map(Terminal::width).sum();
  }

  private static int width(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean wide =
        Character.isIdeographic(c)
            || (c >= 0x1100 && c <= 0x115f)
            || (c >= 0x3000 && c <= 0x30ff)
            || (c >= 0xac00 && c <= 0xd7a3)
            || (c >= 0xff00 && c <= 0xff60)
            || c >= 0x1f300;
    return wide ? 2 : 1;
  }

  /** The text in so many columns: cut, or filled with blanks. */
  static String left(String text, int columns) {
    String shown = cut(text, columns);
    return shown + " ".repeat(columns - width(shown));
  }

  /** The text in at most so many columns. */
  static String cut(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    StringBuilder shown = new StringBuilder();
    int used = 1; // the dots
    for (int c : text.codePoints().toArray()) {
      used += width(c);
      if (used > columns) {
        break;
      }
      shown.appendCodePoint(c);
    }
    return shown.append('…').toString();
  }

  /** The text in lines of at most so many columns, broken at blanks where there are any. */
  static List<String> wrap(String text, int columns) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (line.length() > 0 && width(line.toString()) + 1 + width(word) > columns) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
