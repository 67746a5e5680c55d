package io.vmessproxy.client.settings;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/** A subscription in a file. */
public record SubscriptionFile(Path path) implements SubscriptionSource {
  private static final String SCHEME = "file://";
  private static final String LOCALHOST = "localhost/";
  // Two characters before the colon, for C:/... is a file's name.
  private static final Pattern HOST_PORT =
      Pattern.compile("localhost|[^:]+:[0-9]+|[^:]{2,}:|\\[.*");

  static SubscriptionFile read(String where, String text) {
    try {
      Path path = Path.of(text);
      if (!text.isEmpty() && Files.isRegularFile(path)) {
        if (!Files.isReadable(path)) {
          throw new SettingsException(
              "%s: \"%s\": permission denied (expected: a readable file)"
                  .formatted(where, Masked.plain(text)));
        }
        return new SubscriptionFile(path);
      }
      if (!text.isEmpty() && Files.exists(path)) {
        throw new SettingsException(
            "%s: \"%s\" is no regular file (expected: a file, or https://HOST/...)"
                .formatted(where, Masked.plain(text)));
      }
    } catch (InvalidPathException e) {
      // No name of a file, so there is none.
    }
    throw new SettingsException(noSuchFile(where, text));
  }

  /** {@code example.com/sub?token=...} is a URL to whoever types it: its end is a secret. */
  private static String noSuchFile(String where, String text) {
    String hint = ": no such file (expected: a file, or https://HOST/...)";
    int end = 0;
    while (end < text.length() && "/?#@".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    String head = text.substring(0, end);
    if (text.indexOf('?') >= 0 || text.indexOf('@') >= 0) {
      boolean host = end < text.length() && text.charAt(end) != '@';
      return "%s: \"%s…\"%s".formatted(where, host ? Masked.plain(head) : "", hint);
    }
    if (head.toLowerCase(Locale.ROOT).startsWith("http")
        && (end < text.length() || head.indexOf(':') > 0)) {
      // A slash too few.
      return "%s: \"%s…\"%s".formatted(where, head.startsWith("https") ? "https" : "http", hint);
    }
    if (end < text.length() && (head.indexOf('.') > 0 || HOST_PORT.matcher(head).matches())) {
      return "%s: \"%s…\"%s".formatted(where, Masked.plain(head), hint);
    }
    return "%s: \"%s\"%s".formatted(where, Masked.plain(text), hint);
  }

  static SubscriptionFile readUrl(String where, String text) {
    String path = text.substring(SCHEME.length());
    if (path.toLowerCase(Locale.ROOT).startsWith(LOCALHOST)) {
      path = path.substring(LOCALHOST.length() - 1);
    }
    if (!path.startsWith("/")) {
      throw new SettingsException(
          where + ": \"file://…\" (expected: file:///PATH, or the path alone)");
    }
    return read(where, PercentText.decode(path));
  }

  @Override
  public String shown() {
    return path.toString();
  }

  @Override
  public String scrub(String text) {
    return text;
  }
}
