package io.vmessproxy.client.selection;

import io.vmessproxy.client.session.OutboundException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What real traffic tells about each endpoint: a breaker for it, and one for its server as a whole.
 *
 * <p>Any thread.
 */
public interface HealthBoard extends Health {
  /** Of a breaker. */
  enum State {
    /** It serves. */
    CLOSED,
    /** It is out until its back-off is over. */
    OPEN,
    /** It is being tried. */
    HALF_OPEN
  }

  /** Wants to hear what changes. Called on any thread, never under a lock. */
  interface Listener {
    /** No stream goes there any more; what waits there may go elsewhere. */
    default void ejected(Endpoint endpoint) {}
  }

  /** These are all there are from now on; what is known of those that stay is kept. */
  void track(List<Endpoint> endpoints);

  /** A connection to its server stands: a sign of life of the server. {@code tookNanos} to open. */
  void opened(Endpoint endpoint, long tookNanos);

  /** It answered a stream: a sign of life of server and user. {@code waitedNanos} for it. */
  void answered(Endpoint endpoint, long waitedNanos);

  /**
   * A stream could not be opened, or the server does not take the user: the breaker opens. Of the
   * server where its class is one of the server's, else of the endpoint. A cause of this machine
   * ({@code EXHAUSTED}, {@code INTERNAL}) opens none, and a target's ({@code ENDED}) none.
   */
  void failed(Endpoint endpoint, OutboundException failure);

  /** It leaves a question unanswered; why, is not known yet. The breaker of the endpoint opens. */
  void suspect(Endpoint endpoint, String what);

  /** Another server answered the same that this one did not: several in a row open the breaker. */
  void outdone(Endpoint endpoint);

  /** The trial's end is that it serves. {@code tookNanos}: to open a connection and to answer. */
  void passed(Endpoint endpoint, long tookNanos);

  /** Everything is forgotten but latencies: the network is another one now. */
  void reset(String why);

  /**
   * An endpoint whose back-off is over, and which is half-open from now on, until {@link #passed},
   * {@link #failed} or {@link #suspect}. Cheap while there is none, so it is asked at each pick.
   */
  Optional<Endpoint> dueTrial();

  /** Whether the server gave any sign of life since then, by {@link System#nanoTime}. */
  boolean alive(Endpoint endpoint, long sinceNanos);

  /** Whether it answered a stream or a question since then. */
  boolean answeredSince(Endpoint endpoint, long sinceNanos);

  /** After so long an opening is unusual; empty while it is not known what is usual. */
  Optional<Duration> unusualOpening(Endpoint endpoint);

  /** After so long without a first answer a wait is unusual: 300 ms at least, 1 s while unknown. */
  Duration unusualWait(Endpoint endpoint);

  /** The state of the endpoint: open if its server's is. */
  State state(Endpoint endpoint);
}
