package io.vmessproxy.common.policy;

import java.time.Duration;

/**
 * What a user's level allows his connections. Source: V2Ray's "policy" object, with the defaults of
 * its documentation.
 *
 * @param handshake time for a new connection to finish its handshake
 * @param connIdle a connection with no byte in either direction for so long is closed
 * @param uplinkOnly after the downlink has ended: how long the uplink may stay silent
 * @param downlinkOnly after the uplink has ended: how long the downlink may stay silent
 * @param bufferBytes what a connection may hold in each direction before reading stops; 0: no more
 *     than one read
 */
public record Policy(
    Duration handshake,
    Duration connIdle,
    Duration uplinkOnly,
    Duration downlinkOnly,
    int bufferBytes) {
  /** The default of {@link #bufferBytes}. */
  public static final int DEFAULT_BUFFER_BYTES = 512 * 1024;

  /** What applies where nothing else is said. */
  public static final Policy DEFAULT =
      new Policy(
          Duration.ofSeconds(4),
          Duration.ofSeconds(300),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          DEFAULT_BUFFER_BYTES);

  public Policy {
    if (bufferBytes < 0) {
      throw new IllegalArgumentException(
          "bufferSize: " + bufferBytes + " (expected: 0 bytes or more)");
    }
  }

  /** A policy with the default buffer. */
  public Policy(Duration handshake, Duration connIdle, Duration uplinkOnly, Duration downlinkOnly) {
    this(handshake, connIdle, uplinkOnly, downlinkOnly, DEFAULT_BUFFER_BYTES);
  }
}
