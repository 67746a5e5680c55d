package io.vmessproxy.client.check;

import java.net.URI;
import java.time.Duration;

/**
 * What a check does, and how long it waits.
 *
 * @param url what is fetched through each server, {@code http} or {@code https}
 * @param connectTimeout for the look-up, and then for the connection
 * @param handshakeTimeout for each of TLS, the transport, and the server's taking the user
 * @param answerTimeout for the answer to {@code url}
 */
public record CheckSettings(
    URI url, Duration connectTimeout, Duration handshakeTimeout, Duration answerTimeout) {
  /** Answered with 204 and nothing else, from everywhere but where a page is put in its place. */
  public static final URI USUAL_URL = URI.create("http://www.gstatic.com/generate_204");
}
