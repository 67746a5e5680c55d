package io.vmessproxy.client.settings;

import io.vmessproxy.client.selection.Strategy;

/**
 * How each connection gets its server.
 *
 * @param strategy which one
 * @param attempts how many servers a connection may try before it fails
 * @param hedge whether a second server may be asked where the first one is unusually slow
 */
public record ChoiceSettings(Strategy strategy, int attempts, boolean hedge) {
  /** What holds where nothing else is said. */
  public static final ChoiceSettings DEFAULT = new ChoiceSettings(Strategy.ROUND_ROBIN, 3, true);

  /** The most servers a connection may try. */
  public static final int MAX_ATTEMPTS = 16;
}
