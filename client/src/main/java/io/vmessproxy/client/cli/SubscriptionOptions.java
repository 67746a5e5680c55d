package io.vmessproxy.client.cli;

import io.vmessproxy.client.settings.Durations;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.settings.SubscriptionSettings;
import io.vmessproxy.client.settings.SubscriptionSettings.Place;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the subscriptions that {@code --subscribe} names are fetched and kept. */
final class SubscriptionOptions {
  private static final String INTERVAL = "--subscribe-interval";
  private static final String AGENT = "--subscribe-agent";
  private static final String DIRECT = "--subscribe-direct";
  private static final String CACHE = "--cache-dir";
  private static final String OWN_FOLDER = "vmess-proxy";
  private static final Duration MIN_INTERVAL = Duration.ofSeconds(1);
  private static final int MAX_AGENT_CHARS = 200;

  @Option(
      names = INTERVAL,
      paramLabel = "DURATION",
      order = 1,
      description =
          "From one refresh to the next. Default: what the provider says, or 24h. After a failure"
              + " 5, 15, then 60 min, if that is less.")
  @Nullable String interval;

  @Option(
      names = DIRECT,
      order = 2,
      description = {
        "Asks the provider also past the servers when they fail. Without it, a subscription is"
            + " fetched directly only while there is no server at all."
      })
  boolean direct;

  @Option(
      names = AGENT,
      paramLabel = "TEXT",
      order = 3,
      description = {
        "The User-Agent, by which many providers choose the form of their answer. Default:"
            + " vmess-proxy/VERSION"
      })
  @Nullable String agent;

  @Option(
      names = CACHE,
      paramLabel = "DIR",
      order = 4,
      description = {
        "Where the last good answers are kept, for the owner alone. Default:"
            + " $XDG_CACHE_HOME/vmess-proxy or ~/.cache/vmess-proxy"
      })
  @Nullable String cacheDirectory;

  SubscriptionSettings settings(Given given, List<Place> places) {
    return new SubscriptionSettings(
        places, interval(given), agent(given), direct, cacheDirectory(given));
  }

  private @Nullable Duration interval(Given given) {
    if (interval == null) {
      return null;
    }
    Duration wanted = Durations.readPositive(given.name(INTERVAL), interval);
    if (wanted.compareTo(MIN_INTERVAL) < 0) {
      throw new SettingsException(
          "%s: \"%s\" (expected: at least 1s; providers want hours)"
              .formatted(given.name(INTERVAL), interval));
    }
    return wanted;
  }

  private String agent(Given given) {
    if (agent == null) {
      return defaultAgent();
    }
    if (agent.isBlank()
        || agent.length() > MAX_AGENT_CHARS
        || agent.chars().anyMatch(c -> c < ' ' || c > '~')) {
      throw new SettingsException(
          "%s: \"%s\" (expected: 1 to 200 characters of ASCII, as in %s)"
              .formatted(given.name(AGENT), Masked.plain(agent), defaultAgent()));
    }
    return agent;
  }

  private static String defaultAgent() {
    String version = SubscriptionOptions.class.getPackage().getImplementationVersion();
    return version == null ? "vmess-proxy" : "vmess-proxy/" + version;
  }

  private @Nullable Path cacheDirectory(Given given) {
    if (cacheDirectory == null) {
      return standard(System.getenv(), System.getProperty("user.home", ""));
    }
    try {
      return Path.of(cacheDirectory);
    } catch (InvalidPathException e) {
      throw new SettingsException(
          "%s: \"%s\" is no directory's name"
              .formatted(given.name(CACHE), Masked.plain(cacheDirectory)));
    }
  }

  /**
   * Source: XDG Base Directory Specification: a relative path there is as good as none.
   *
   * @return null if this user has no home
   */
  static @Nullable Path standard(Map<String, String> environment, String home) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (!cache.isEmpty() && Path.of(cache).isAbsolute()) {
      return Path.of(cache, OWN_FOLDER);
    }
    return home.isEmpty() || !Path.of(home).isAbsolute()
        ? null
        : Path.of(home, ".cache", OWN_FOLDER);
  }
}
