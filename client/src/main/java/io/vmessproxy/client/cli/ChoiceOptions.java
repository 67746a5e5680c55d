package io.vmessproxy.client.cli;

import io.vmessproxy.client.selection.Strategy;
import io.vmessproxy.client.settings.ChoiceSettings;
import io.vmessproxy.client.settings.Durations;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.Numbers;
import io.vmessproxy.client.settings.SettingsException;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server a connection gets. */
final class ChoiceOptions {
  private static final String STRATEGY = "--strategy";
  private static final String ATTEMPTS = "--attempts";
  private static final String PRECONNECT = "--preconnect";
  private static final String PROBE = "--probe";
  private static final String PROBE_URL = "--probe-url";

  private static final Duration LEAST_INTERVAL = Duration.ofSeconds(1);

  @Option(
      names = STRATEGY,
      paramLabel = "NAME",
      order = 1,
      description =
          "round-robin (servers in turn, and each server's users in turn), failover (the first one"
              + " that serves, in the order given), least-latency or random. Servers that fail are"
              + " left out until they serve again. Default: round-robin")
  String strategy = ChoiceSettings.DEFAULT.strategy().text();

  @Option(
      names = ATTEMPTS,
      paramLabel = "N",
      order = 2,
      description =
          "How many servers a connection may try before it fails, while nothing of the answer has"
              + " come and what was sent may be sent again. Default: 3")
  String attempts = String.valueOf(ChoiceSettings.DEFAULT.attempts());

  @Option(
      names = "--no-hedge",
      order = 3,
      description =
          "Does not ask a second server where the first one is unusually slow; else three of a"
              + " hundred connections may.")
  boolean noHedge;

  @Option(
      names = PRECONNECT,
      paramLabel = "N",
      order = 4,
      description =
          "Keeps up to N connections to each server, for each of its users, open in advance while"
              + " the proxy is in use (64 in all), TLS and WebSocket included: a new page waits for"
              + " one round trip less, or three. Each is replaced after 3s. Default: 0")
  String preconnect = String.valueOf(ChoiceSettings.DEFAULT.preconnect());

  @Option(
      names = PROBE,
      paramLabel = "INTERVAL",
      order = 5,
      description =
          "Fetches a page through each server that often, also through those that nobody uses, so"
              + " that those that fail are known beforehand. Default: never")
  @Nullable String probe;

  @Option(
      names = PROBE_URL,
      paramLabel = "URL",
      order = 6,
      description = {
        "That page; where its path ends in generate_204, the answer must be 204 without a body.",
        "Default: http://www.gstatic.com/generate_204"
      })
  String probeUrl = ChoiceSettings.USUAL_URL.toString();

  ChoiceSettings settings(Given given) {
    return new ChoiceSettings(
        strategy(given.name(STRATEGY)),
        Numbers.read(given.name(ATTEMPTS), attempts, 1, ChoiceSettings.MAX_ATTEMPTS),
        !noHedge,
        Numbers.read(given.name(PRECONNECT), preconnect, 0, ChoiceSettings.MAX_PRECONNECT),
        probe == null ? null : interval(given.name(PROBE), probe),
        UrlText.read(given.name(PROBE_URL), probeUrl));
  }

  private static Duration interval(String name, String text) {
    Duration interval = Durations.readPositive(name, text);
    if (interval.compareTo(LEAST_INTERVAL) < 0) {
      throw new SettingsException(
          "%s: %s (expected: 1s or more, as in 5m)".formatted(name, Masked.plain(text)));
    }
    return interval;
  }

  private Strategy strategy(String name) {
    return Arrays.stream(Strategy.values())
        .filter(one -> one.text().equals(strategy))
        .findFirst()
        .orElseThrow(
            () ->
                new SettingsException(
                    "%s: \"%s\" (expected: %s)"
                        .formatted(
                            name,
                            Masked.plain(strategy),
                            Arrays.stream(Strategy.values())
                                .map(Strategy::text)
                                .collect(Collectors.joining(", ")))));
  }
}
