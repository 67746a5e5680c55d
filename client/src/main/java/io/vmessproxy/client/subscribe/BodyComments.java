package io.vmessproxy.client.subscribe;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Headers that stand in a body: {@code #profile-title: Home}. Providers on plain storage do so. */
final class BodyComments {
  // They stand at the beginning; what follows is a list of servers, perhaps a long one.
  private static final int MAX_BYTES = 16 * 1024;
  private static final Pattern COMMENT =
      Pattern.compile("^[#;/]+ ?([a-zA-Z-]+)\\s*:\\s*(.*)$", Pattern.MULTILINE);
  private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_=\\s-]+");

  private BodyComments() {}

  /** Those of {@link Profile#HEADERS} that are there, by lower-case name. */
  static Map<String, String> of(byte[] body) {
    String text = new String(body, 0, Math.min(body.length, MAX_BYTES), StandardCharsets.UTF_8);
    Map<String, String> comments = new HashMap<>();
    Matcher matcher = COMMENT.matcher(BASE64.matcher(text).matches() ? decoded(text) : text);
    while (matcher.find()) {
      String name = matcher.group(1).toLowerCase(Locale.ROOT);
      if (Profile.HEADERS.contains(name)) {
        comments.putIfAbsent(name, matcher.group(2).strip());
      }
    }
    return comments;
  }

  private static String decoded(String text) {
    String standard = text.replaceAll("[\\s=]", "").replace('-', '+').replace('_', '/');
    try {
      byte[] bytes = Base64.getDecoder().decode(standard.substring(0, standard.length() / 4 * 4));
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
