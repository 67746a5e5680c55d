package io.vmessproxy.client.link;

import io.vmessproxy.client.settings.Masked;

/** A stranger's text as a message may repeat it: short, printable, and no id in it. */
final class Quoted {
  private static final int MAX_CHARS = 40;
  // As many as Masked.secret shows. What is longer may be an id that was cut or joined.
  private static final int MAX_HEX_DIGITS = 8;

  private Quoted() {}

  /** The text in double quotes. */
  static String value(String text) {
    String cut = text.length() > MAX_CHARS ? text.substring(0, MAX_CHARS) + "…" : text;
    return '"' + Masked.plain(withoutIds(cut)) + '"';
  }

  private static String withoutIds(String text) {
    StringBuilder shown = new StringBuilder();
    int digits = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean hex = Character.digit(c, 16) >= 0;
      digits = hex ? digits + 1 : c == '-' ? digits : 0;
      if (digits < MAX_HEX_DIGITS) {
        shown.append(c);
      } else if (digits == MAX_HEX_DIGITS && hex) {
        shown.append('…');
      }
    }
    return shown.toString();
  }
}
