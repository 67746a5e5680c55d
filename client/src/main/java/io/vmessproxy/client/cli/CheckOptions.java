package io.vmessproxy.client.cli;

import io.vmessproxy.client.check.CheckSettings;
import java.net.URI;
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

  private URI url(Given given) {
    return UrlText.read(given.name(URL), url);
  }
}
