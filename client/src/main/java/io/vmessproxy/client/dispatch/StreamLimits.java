package io.vmessproxy.client.dispatch;

import java.time.Duration;

/**
 * What one association may hold.
 *
 * @param streams at once; the least recently used one ends to make room for a new one
 * @param waiting datagrams that wait for one stream to open
 * @param waitingBytes the payload of those
 * @param allWaitingBytes the payload that waits for all streams together
 * @param retryPause between a stream that could not be opened and the next attempt
 */
record StreamLimits(
    int streams, int waiting, int waitingBytes, int allWaitingBytes, Duration retryPause) {
  static final StreamLimits DEFAULT =
      new StreamLimits(1024, 32, 256 * 1024, 1024 * 1024, Duration.ofSeconds(1));
}
