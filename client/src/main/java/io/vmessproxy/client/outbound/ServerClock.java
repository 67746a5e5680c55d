package io.vmessproxy.client.outbound;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * A server's time: this machine's, and how far the server's is ahead of it. Headers carry it. Any
 * thread.
 */
public final class ServerClock extends Clock {
  private final Clock ours;
  private final boolean adjusts;
  private volatile Duration ahead;

  /**
   * @param ahead how far the server's clock is known to be ahead; negative: behind
   * @param adjusts whether what is found out about the server's clock is to be applied
   */
  public ServerClock(Clock ours, Duration ahead, boolean adjusts) {
    this.ours = ours;
    this.ahead = ahead;
    this.adjusts = adjusts;
  }

  /** The server's clock is taken to be right, whatever is found out. */
  static ServerClock of(Clock ours) {
    return ours instanceof ServerClock known ? known : new ServerClock(ours, Duration.ZERO, false);
  }

  /** How far it is ahead of ours. */
  public Duration ahead() {
    return ahead;
  }

  boolean adjusts() {
    return adjusts;
  }

  void set(Duration newAhead) {
    ahead = newAhead;
  }

  @Override
  public Instant instant() {
    return ours.instant().plus(ahead);
  }

  @Override
  public ZoneId getZone() {
    return ours.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return new ServerClock(ours.withZone(zone), ahead, adjusts);
  }
}
