package io.vmessproxy.client.cli;

import io.vmessproxy.client.check.CheckSettings;
import io.vmessproxy.client.fetch.HttpGet;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import picocli.CommandLine.Option;

/** What a check does, how long it waits, and how it tells. */
final class CheckOptions {
  private static final String URL = "--url";

  /** No option: whoever waits longer for a page would not use such a server. */
  private static final Duration ANSWER = Duration.ofMillis(2500);

  @Option(
      names = URL,
      paramLabel = "URL",
      order = 1,
      description = {
        "What is fetched through each server, http or https. Where its path ends in generate_204,"
            + " the answer must be 204 without a body.",
        "Default: http://www.gstatic.com/generate_204"
      })
  String url = CheckSettings.USUAL_URL.toString();

  @Option(
      names = "--json",
      order = 2,
      description = "Prints JSON for programs instead of the table; its fields are below.")
  boolean json;

  CheckSettings settings(Given given, TimeoutOptions timeouts) {
    return new CheckSettings(
        url(given),
        timeouts.connectTimeout(given),
        timeouts.handshakeTimeout(given),
        ANSWER,
        timeouts.clockOffset(given),
        true);
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

  private URI url(Given given) {
    try {
      URI uri = new URI(url);
      if (HttpGet.canFetch(uri)) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Told below, with what a right one looks like.
    }
    throw new SettingsException(
        "%s: \"%s\" is no URL to fetch (expected: http or https, as in %s)"
            .formatted(given.name(URL), shown(url), CheckSettings.USUAL_URL));
  }
}
