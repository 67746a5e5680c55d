package io.vmessproxy.client.inbound;

import java.time.Duration;

/**
 * How long an application may take.
 *
 * @param handshake from accept to the end of the first request
 * @param keepAlive between two HTTP requests
 */
record Timeouts(Duration handshake, Duration keepAlive) {
  static final Timeouts DEFAULT = new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(60));

  /** For one that will be refused anyway, once it is known in which words. */
  static final Duration REFUSED = Duration.ofSeconds(2);
}
