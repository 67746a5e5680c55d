package io.vmessproxy.client.fetch;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.transport.TlsSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Fetches what a URL names, over streams of a {@link Connector}. May be called from any thread. */
public final class HttpGet {
  private final Connector connector;
  private final TlsSettings tls;

  /** TLS with the system's roots. */
  public HttpGet(Connector connector) {
    this(connector, TlsSettings.STANDARD);
  }

  /**
   * @param tls how it is done where the URL is {@code https}
   */
  public HttpGet(Connector connector, TlsSettings tls) {
    this.connector = connector;
    this.tls = tls;
  }

  /** Whether this is a URL that can be fetched, by its look. */
  public static boolean canFetch(URI url) {
    try {
      Target.of(url);
      return true;
    } catch (FetchException e) {
      return false;
    }
  }

  /**
   * Fails with a {@link java.io.IOException} whose message holds nothing of the URL but its host,
   * or with what the connector failed with. An answer that is cut short is a failure. Cancelling
   * the future closes the stream.
   */
  public Future<Answer> get(Request request, EventLoop loop) {
    return new Fetch(connector, tls, request, true, loop).start();
  }

  /**
   * As {@link #get}, but the body's beginning is enough: where it is longer than wanted, breaks off
   * or is not there in time, the answer has what came.
   */
  public Future<Answer> peek(Request request, EventLoop loop) {
    return new Fetch(connector, tls, request, false, loop).start();
  }

  /**
   * What to fetch.
   *
   * @param url {@code http} or {@code https}; user information becomes an Authorization header
   * @param headers besides Host, Accept-Encoding and Connection; those that hold secrets are not
   *     sent to another host that a redirect names
   * @param timeout for all of it
   * @param maxBytes of the body, unpacked; more is a failure
   * @param maxRedirects 0: a redirect is an answer like any other. From https to http is a failure
   */
  public record Request(
      URI url, Map<String, String> headers, Duration timeout, int maxBytes, int maxRedirects) {
    public Request {
      headers = Map.copyOf(headers);
    }

    /** Never the URL: it may be a secret. */
    @Override
    public String toString() {
      return "GET " + url.getScheme() + "://…";
    }
  }

  /**
   * What came.
   *
   * @param url the last one, behind redirects, without user information
   * @param headers by lower-case name
   * @param body unpacked
   * @param firstByte from the request's last byte to the answer's first one
   */
  @SuppressWarnings("ArrayRecordComponent") // Nobody compares answers.
  public record Answer(
      URI url, int status, Map<String, List<String>> headers, byte[] body, Duration firstByte) {
    /** Never the URL: it may be a secret. */
    @Override
    public String toString() {
      return "answer " + status + ", " + body.length + " bytes";
    }
  }
}
