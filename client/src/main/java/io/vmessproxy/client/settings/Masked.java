package io.vmessproxy.client.settings;

import io.vmessproxy.common.vmess.account.UserId;
import java.util.regex.Pattern;

/** What the user gave, as messages may repeat it: one short line that gives no secret away. */
public final class Masked {
  private static final int MAX_CHARS = 60;
  private static final int MAX_SECRET_CHARS = 8;
  // A UUID has 32 hex digits; a run of so many is taken for one that was cut or mistyped.
  private static final int ID_DIGITS = 20;

  private static final Pattern WEB = Pattern.compile("https?://", Pattern.CASE_INSENSITIVE);

  private Masked() {}

  /**
   * A secret that may be mistyped: an id as {@link UserId#toString} shows it, any other text by a
   * quarter of it, or two characters of a short one, eight at most.
   */
  public static String secret(String text) {
    try {
      return UserId.parse(text).toString();
    } catch (IllegalArgumentException e) {
      // Not a UUID, but it may be all but one; or a name, which is an id however short it is.
      int length = text.length();
      int shown = Math.min(MAX_SECRET_CHARS, Math.max(length / 4, Math.min(2, length / 2)));
      return text.isEmpty() ? "" : printable(text.substring(0, shown)) + "…";
    }
  }

  /**
   * A value that should not be secret: what looks like an id in it, what stands before an
   * {@code @}, all of a link but its scheme, and all of a web address behind its host are left out,
   * and so is what exceeds 60 characters.
   */
  public static String plain(String text) {
    int scheme = text.indexOf("://");
    if (scheme > 0 && WEB.matcher(text).lookingAt()) {
      int end = endOfHost(text, scheme + 3);
      // It may be a subscription's.
      return masked(text.substring(0, end), scheme) + (end < text.length() ? "…" : "");
    }
    return masked(text, scheme);
  }

  private static String masked(String text, int scheme) {
    int at = text.lastIndexOf('@');
    String shown = text;
    if (at > 0) {
      shown = text.substring(0, scheme < 0 ? 0 : scheme + 3) + "…" + text.substring(at);
    } else if (scheme >= 0 && text.length() - scheme > MAX_CHARS) {
      shown = text.substring(0, scheme + 3) + "…";
    }
    shown = printable(withoutIds(shown));
    return shown.length() <= MAX_CHARS ? shown : shown.substring(0, MAX_CHARS) + "…";
  }

  private static int endOfHost(String url, int from) {
    int end = from;
    while (end < url.length() && "/?#\\".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  private static String withoutIds(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      int end = at;
      int digits = 0;
      while (end < text.length() && isIdCharacter(text.charAt(end))) {
        digits += text.charAt(end) == '-' ? 0 : 1;
        end++;
      }
      if (digits >= ID_DIGITS) {
        shown.append(secret(text.substring(at, end)));
      } else {
        end = Math.max(end, at + 1);
        shown.append(text, at, end);
      }
      at = end;
    }
    return shown.toString();
  }

  private static boolean isIdCharacter(char c) {
    return c == '-' || Character.digit(c, 16) >= 0;
  }

  /** Control characters could forge a second line, or move a terminal's cursor. */
  private static String printable(String text) {
    StringBuilder shown = new StringBuilder(text);
    for (int i = 0; i < shown.length(); i++) {
      if (Character.isISOControl(shown.charAt(i))) {
        shown.setCharAt(i, '?');
      }
    }
    return shown.toString();
  }
}
