package io.vmessproxy.client.link;

import java.util.Iterator;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Links, one a line, with comments between. */
final class ListBody {
  private static final Pattern COMMENT = Pattern.compile("#\\s*([A-Za-z-]{1,40})\\s*:\\s*(.*)");
  private static final Set<String> HEADERS =
      Set.of(
          "subscription-userinfo",
          "profile-title",
          "profile-update-interval",
          "profile-web-page-url",
          "support-url",
          "announce");
  private static final int MAX_COMMENT_CHARS = 1024;

  private final BodyNodes nodes = new BodyNodes();

  private ListBody() {}

  /** All lines. A bad one costs itself only. */
  static Subscription.Content read(String text) {
    ListBody body = new ListBody();
    int number = 0;
    for (Iterator<String> lines = text.lines().iterator(); lines.hasNext(); ) {
      body.line(++number, lines.next().strip());
    }
    return body.nodes.content();
  }

  private void line(int number, String line) {
    if (line.startsWith("#")) {
      comment(line);
    } else if (!line.isEmpty() && !line.startsWith("//") && !line.startsWith(";")) {
      link("line " + number, line);
    }
  }

  private void link(String where, String line) {
    try {
      nodes.add(Links.read(line).node());
    } catch (LinkException e) {
      if (e.code().equals("UNSUPPORTED_SCHEME")) {
        nodes.addOther();
      } else {
        nodes.addError(where, e);
      }
    }
  }

  /** Some providers write headers of HTTP here, for clients that do not see those. */
  private void comment(String line) {
    Matcher comment =
        COMMENT.matcher(line.substring(0, Math.min(line.length(), MAX_COMMENT_CHARS)));
    if (comment.matches()) {
      String name = comment.group(1).toLowerCase(Locale.ROOT);
      if (HEADERS.contains(name)) {
        nodes.addComment(name, comment.group(2).strip());
      }
    }
  }
}
