package io.vmessproxy.client.check;

import io.vmessproxy.client.settings.ClockOffset;
import java.net.URI;
import java.time.Duration;

/**
 * What a check does, and how long it waits.
 *
 * @param url what is fetched through each server, {@code http} or {@code https}
 * @param connectTimeout for the look-up, and then for the connection
 * @param handshakeTimeout for each of TLS, the transport, and the server's taking the user
 * @param answerTimeout for the answer to {@code url}, once a stream is open
 * @param clockOffset how far the servers' clocks are ahead
 * @param measureClock whether the clock of a server that works is measured: five connections, and
 *     about a second
 */
public record CheckSettings(
    URI url,
    Duration connectTimeout,
    Duration handshakeTimeout,
    Duration answerTimeout,
    ClockOffset clockOffset,
    boolean measureClock) {
  /** Answered with 204 and nothing else, from everywhere but where a page is put in its place. */
  public static final URI USUAL_URL = URI.create("http://www.gstatic.com/generate_204");

  /** The same without measuring clocks: for long lists. */
  public CheckSettings withoutClocks() {
    return new CheckSettings(
        url, connectTimeout, handshakeTimeout, answerTimeout, clockOffset, false);
  }
}
