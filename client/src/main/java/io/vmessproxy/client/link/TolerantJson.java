package io.vmessproxy.client.link;

/**
 * What people's JSON files have beyond JSON: comments ({@code //}, {@code #} and {@code /* *}{@code
 * /}), trailing commas and a byte order mark. All else stays as strict as JSON is, which a lenient
 * parser would not.
 */
final class TolerantJson {
  private final char[] text;
  private int at;
  private int comma = -1; // of a value, while only blanks and comments have followed it
  private boolean afterValue; // a comma here would be one

  private TolerantJson(String text) {
    this.text = text.toCharArray();
  }

  /** The same text with blanks in place of those, so that lines and columns stay what they are. */
  static String strict(String text) {
    return new TolerantJson(text).blank();
  }

  private String blank() {
    if (text.length > 0 && text[0] == '\ufeff') {
      text[0] = ' ';
    }
    while (at < text.length) {
      char c = text[at];
      if (c == '"') {
        skipString();
        valueEnds(true);
      } else if (c == '#' || (c == '/' && follows('/'))) {
        blankUntilLineEnd();
      } else if (c == '/' && follows('*')) {
        blankUntilCommentEnd();
      } else {
        step(c);
      }
    }
    return new String(text);
  }

  private void step(char c) {
    if (c == ',') {
      comma = afterValue ? at : -1;
      afterValue = false;
    } else if (c == ']' || c == '}') {
      if (comma >= 0) {
        text[comma] = ' ';
      }
      valueEnds(true);
    } else if (!Character.isWhitespace(c)) {
      // Nothing ends with an opening or a colon; a number or a word may.
      valueEnds("[{:".indexOf(c) < 0);
    }
    at++;
  }

  private void valueEnds(boolean ends) {
    comma = -1;
    afterValue = ends;
  }

  private boolean follows(char next) {
    return at + 1 < text.length && text[at + 1] == next;
  }

  private void skipString() {
    at++;
    while (at < text.length && text[at] != '"') {
      at += text[at] == '\\' ? 2 : 1;
    }
    at++;
  }

  private void blankUntilLineEnd() {
    while (at < text.length && text[at] != '\n' && text[at] != '\r') {
      text[at++] = ' ';
    }
  }

  private void blankUntilCommentEnd() {
    // An end that is missing swallows the rest: the parser then reports that the text ends early.
    text[at++] = ' ';
    text[at++] = ' ';
    boolean ended = false;
    while (at < text.length && !ended) {
      ended = text[at] == '*' && follows('/');
      if (ended) {
        text[at++] = ' ';
      }
      if (text[at] != '\n' && text[at] != '\r') {
        text[at] = ' ';
      }
      at++;
    }
  }
}
