package io.vmessproxy.client.subscribe;

import io.netty.channel.ConnectTimeoutException;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.fetch.HttpGet;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.settings.SubscriptionUrl;
import io.vmessproxy.client.transport.TransportException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a provider, one request after the other. Blocks: not for an event loop. */
final class Fetcher {
  /** Of a body, unpacked. */
  static final int MAX_BODY_BYTES = 10 << 20;

  /** For one request with all its redirects. */
  static final Duration TIMEOUT = Duration.ofSeconds(15);

  private static final Logger LOG = LoggerFactory.getLogger(Fetcher.class);
  private static final int MAX_REDIRECTS = 5;
  // The servers take turns, and the one whose turn it is may be down.
  private static final int ATTEMPTS_THROUGH_SERVERS = 3;
  private static final int OK = 200;
  private static final int NOT_MODIFIED = 304;
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Ways ways;
  private final String agent;
  private final Clock clock;
  private final Duration timeout;

  Fetcher(Ways ways, String agent, Clock clock, Duration timeout) {
    this.ways = ways;
    this.agent = agent;
    this.clock = clock;
    this.timeout = timeout;
  }

  /**
   * Fetches through the program's servers.
   *
   * @param known the last good answer; the same body if the provider says that it still holds
   */
  Cached throughServers(SubscriptionUrl url, @Nullable Cached known)
      throws SubscriptionException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return fetch(ways.servers(), url, known);
      } catch (SubscriptionException e) {
        if (attempt == ATTEMPTS_THROUGH_SERVERS || !(e.getCause() instanceof OutboundException)) {
          throw e;
        }
        LOG.debug("{}; trying the next server", e.getMessage());
      }
    }
  }

  /** Fetches past the program's servers. */
  Cached direct(SubscriptionUrl url, @Nullable Cached known)
      throws SubscriptionException, InterruptedException {
    return fetch(ways.direct(), url, known);
  }

  private Cached fetch(Ways.Getter getter, SubscriptionUrl url, @Nullable Cached known)
      throws SubscriptionException, InterruptedException {
    long start = System.nanoTime();
    Future<HttpGet.Answer> asking =
        getter.get(
            new HttpGet.Request(url.uri(), headers(known), timeout, MAX_BODY_BYTES, MAX_REDIRECTS));
    try {
      // The client has the same limit; this one is for a client that hangs.
      if (!asking.await(timeout.plus(GRACE).toMillis())) {
        throw failure(url, new TimeoutException());
      }
      if (!asking.isSuccess()) {
        boolean late = System.nanoTime() - start >= timeout.toNanos();
        throw failure(url, late ? new TimeoutException() : asking.cause());
      }
    } finally {
      asking.cancel(false);
    }
    HttpGet.Answer answer = asking.getNow();
    Map<String, String> first = new HashMap<>();
    answer.headers().forEach((name, values) -> first.put(name, values.get(0)));
    if (answer.status() == NOT_MODIFIED && known != null) {
      return known.again(clock.instant(), first);
    }
    if (answer.status() != OK) {
      throw status(url, answer.status());
    }
    return new Cached(clock.instant(), first, answer.body());
  }

  private Map<String, String> headers(@Nullable Cached known) {
    Map<String, String> headers = new HashMap<>(Map.of("User-Agent", agent, "Accept", "*/*"));
    if (known != null) {
      putIfThere(headers, "If-None-Match", known.headers().get(Cached.ETAG));
      putIfThere(headers, "If-Modified-Since", known.headers().get(Cached.LAST_MODIFIED));
    }
    return headers;
  }

  private static void putIfThere(Map<String, String> headers, String name, @Nullable String value) {
    if (value != null) {
      headers.put(name, value);
    }
  }

  private static SubscriptionException status(SubscriptionUrl url, int status) {
    String action =
        switch (status) {
          case 401, 403, 404, 410 -> "has the link expired? The provider's page shows a new one";
          case 429 -> "it is asked too often: --subscribe-interval says how often";
          default -> status >= 500 ? "the provider's fault; later it may work" : "";
        };
    return new SubscriptionException(url.shown(), "HTTP_STATUS", "answered " + status, action);
  }

  private SubscriptionException failure(SubscriptionUrl url, Throwable cause) {
    String code;
    String evidence;
    if (cause instanceof OutboundException outbound) {
      code = outbound.failure().name();
      evidence = outbound.getMessage();
    } else if (cause instanceof TransportException transport) {
      code = transport.failure().name();
      evidence = transport.getMessage();
    } else if (cause instanceof TimeoutException || cause instanceof ConnectTimeoutException) {
      code = "TIMEOUT";
      evidence = "no whole answer within " + timeout.toSeconds() + " s";
    } else if (cause instanceof UnknownHostException) {
      code = "UNRESOLVED";
      evidence = "its name does not resolve";
    } else if (cause instanceof ConnectException) {
      code = "REFUSED";
      evidence = "its port refuses connections";
    } else {
      code = "FETCH";
      String host = url.shown() + ": ";
      String text = String.valueOf(cause.getMessage());
      evidence = text.startsWith(host) ? text.substring(host.length()) : text;
    }
    SubscriptionException failure =
        new SubscriptionException(
            url.shown(), code, StrangersText.line(url.scrub(evidence)), action(cause));
    if (cause instanceof OutboundException) {
      failure.initCause(cause);
    }
    return failure;
  }

  private static String action(Throwable cause) {
    if (cause instanceof OutboundException) {
      return ""; // Its message says it.
    }
    if (cause instanceof TransportException transport) {
      // What it says of flags is for servers: a subscription has none.
      return transport.action().contains("--") ? "is the link right?" : transport.action();
    }
    boolean silent =
        cause instanceof TimeoutException
            || cause instanceof UnknownHostException
            || cause instanceof SocketException;
    return silent ? "is this machine online, and the link right?" : "is the link right?";
  }
}
