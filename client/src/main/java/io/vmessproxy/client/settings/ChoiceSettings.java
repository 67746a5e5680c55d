package io.vmessproxy.client.settings;

import io.vmessproxy.client.selection.Strategy;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How each connection gets its server.
 *
 * @param strategy which one
 * @param attempts how many servers a connection may try before it fails
 * @param hedge whether a second server may be asked where the first one is unusually slow
 * @param preconnect how many connections to each server are kept open in advance, at the most
 * @param probe how often each server is tried, used or not; null: never
 * @param probeUrl what is fetched then
 */
public record ChoiceSettings(
    Strategy strategy,
    int attempts,
    boolean hedge,
    int preconnect,
    @Nullable Duration probe,
    URI probeUrl) {
  /** Answered with 204 and nothing else, from everywhere but where a page is put in its place. */
  public static final URI USUAL_URL = URI.create("http://www.gstatic.com/generate_204");

  /** What holds where nothing else is said. */
  public static final ChoiceSettings DEFAULT = new ChoiceSettings(Strategy.ROUND_ROBIN, 3, true);

  /** The most servers a connection may try. */
  public static final int MAX_ATTEMPTS = 16;

  /** The most connections to open in advance. */
  public static final int MAX_PRECONNECT = 32;

  /** Without probes, and nothing in advance. */
  public ChoiceSettings(Strategy strategy, int attempts, boolean hedge) {
    this(strategy, attempts, hedge, 0, null, USUAL_URL);
  }
}
