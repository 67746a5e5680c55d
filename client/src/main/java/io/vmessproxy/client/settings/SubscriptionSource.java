package io.vmessproxy.client.settings;

import java.util.Locale;

/** Where a subscription comes from. */
public sealed interface SubscriptionSource permits SubscriptionUrl, SubscriptionFile {
  /** The option. */
  String SUBSCRIBE = "--subscribe";

  /** What messages call it: a URL's host, for all else of it is a secret; a file's name. */
  String shown();

  /** A text of a stranger or of a library, without what is secret of the source. */
  String scrub(String text);

  /**
   * Reads {@code https://...}, {@code http://...}, {@code file://...} or a file's name.
   *
   * @param where the flag, for the message
   * @throws SettingsException if it is none, or there is no such file; the message holds no more of
   *     a URL than its scheme
   */
  static SubscriptionSource read(String where, String text) {
    String trimmed = text.strip();
    int scheme = trimmed.indexOf("://");
    if (scheme <= 0) {
      return SubscriptionFile.read(where, trimmed);
    }
    return switch (trimmed.substring(0, scheme).toLowerCase(Locale.ROOT)) {
      case "http", "https" -> SubscriptionUrl.read(where, trimmed);
      case "file" -> SubscriptionFile.readUrl(where, trimmed);
      case "vmess" ->
          throw new SettingsException(
              where
                  + ": \"vmess://…\" is a link of one server (expected: a URL that lists servers,"
                  + " or a file; a link stands alone, without "
                  + SUBSCRIBE
                  + ")");
      default ->
          throw new SettingsException(
              "%s: \"%s://…\" (expected: https://..., http://... or a file)"
                  .formatted(where, Masked.plain(trimmed.substring(0, scheme))));
    };
  }
}
