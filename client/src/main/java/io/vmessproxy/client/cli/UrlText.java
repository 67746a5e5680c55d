package io.vmessproxy.client.cli;

import io.vmessproxy.client.check.CheckSettings;
import io.vmessproxy.client.fetch.HttpGet;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import java.net.URI;
import java.net.URISyntaxException;

/** A page to fetch, as text. */
final class UrlText {
  private UrlText() {}

  /**
   * Reads a URL of http or https.
   *
   * @param name the option, for messages
   */
  static URI read(String name, String text) {
    try {
      URI uri = new URI(text);
      if (HttpGet.canFetch(uri)) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Told below, with what a right one looks like.
    }
    throw new SettingsException(
        "%s: \"%s\" is no URL to fetch (expected: http or https, as in %s)"
            .formatted(name, shown(text), CheckSettings.USUAL_URL));
  }

  /** A path or a query may hold a token. */
  private static String shown(String url) {
    int scheme = url.indexOf("://");
    int end = scheme < 0 ? 0 : scheme + 3;
    while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    return Masked.plain(url.substring(0, end)) + (end < url.length() ? "…" : "");
  }
}
