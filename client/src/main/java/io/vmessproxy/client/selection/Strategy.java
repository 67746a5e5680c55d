package io.vmessproxy.client.selection;

import java.util.List;
import java.util.Locale;

/** How servers are chosen. */
public enum Strategy {
  /** In turn. */
  ROUND_ROBIN,
  /** The first that serves. */
  FAILOVER,
  /** The one that answers soonest. */
  LEAST_LATENCY,
  /** Any. */
  RANDOM;

  /** The word on the command line: {@code round-robin}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * A selector of this strategy.
   *
   * @param servers at least one
   * @param health what is known of them
   */
  public ServerSelector selector(List<Server> servers, Health health) {
    return switch (this) {
      case ROUND_ROBIN -> new RoundRobin(servers, health);
      case FAILOVER -> new Failover(servers, health);
      case LEAST_LATENCY -> new LeastLatency(servers, health);
      case RANDOM -> new RandomChoice(servers, health);
    };
  }
}
