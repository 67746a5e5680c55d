package io.vmessproxy.client.fetch;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Fetches what a URL names, over streams of a {@link Connector}; TLS with the system's roots. */
@SuppressWarnings("DoNotCallSuggester") // To be built.
public final class HttpGet {
  public HttpGet(Connector connector) {
    throw new UnsupportedOperationException("fetch");
  }

  /**
   * Fails with a {@link java.io.IOException} whose message holds nothing of the URL but its host,
   * or with what the connector failed with.
   */
  public Future<Answer> get(Request request, EventLoop loop) {
    throw new UnsupportedOperationException("fetch");
  }

  /**
   * What to fetch.
   *
   * @param url {@code http} or {@code https}; user information becomes an Authorization header
   * @param headers besides Host and Accept-Encoding
   * @param timeout for all of it
   * @param maxBytes of the body, unpacked; more is a failure
   * @param maxRedirects 0: a redirect is an answer like any other. From https to http is a failure
   */
  public record Request(
      URI url, Map<String, String> headers, Duration timeout, int maxBytes, int maxRedirects) {}

  /**
   * What came.
   *
   * @param url the last one, behind redirects
   * @param headers by lower-case name
   * @param body unpacked
   * @param firstByte from the request's last byte to the answer's first one
   */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares answers.
  public record Answer(
      URI url, int status, Map<String, List<String>> headers, byte[] body, Duration firstByte) {}
}
