package io.vmessproxy.client.socks;

import java.time.Duration;

/**
 * What a listener allows its associations.
 *
 * @param associations at once
 * @param idle without a datagram in either direction for so long, an association ends
 * @param halfClosedIdle the same, once the application has ended its direction of the TCP
 *     connection and nobody can tell whether it is still there
 */
public record UdpLimits(int associations, Duration idle, Duration halfClosedIdle) {
  /** The usual ones. */
  public static final UdpLimits DEFAULT =
      new UdpLimits(256, Duration.ofMinutes(5), Duration.ofSeconds(30));
}
