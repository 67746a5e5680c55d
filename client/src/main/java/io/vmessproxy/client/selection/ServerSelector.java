package io.vmessproxy.client.selection;

import io.vmessproxy.client.session.Session;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Chooses the endpoint of each session. Called from any thread. */
public interface ServerSelector {
  /**
   * The endpoint for this session: of one of the servers given, or of a learned one. Those that are
   * not available ({@link Health}) are chosen only where no other is left.
   *
   * @param usable which may be chosen at all: not those that the session has tried
   * @return empty if none is usable
   */
  Optional<Endpoint> next(Session session, Predicate<Endpoint> usable);

  /** As above, among all. */
  default Endpoint next(Session session) {
    return next(session, endpoint -> true).orElseThrow();
  }

  /**
   * Every endpoint that there is to choose from now: of the servers given, then of learned ones.
   */
  List<Endpoint> endpoints();

  /**
   * Chooses this server, too, for so long: one of those given has suggested it.
   *
   * @return whether it is new; else it only holds for longer
   */
  boolean learn(Server server, Duration validity);

  /**
   * Chooses among these from now on, and no longer among those given before. What is learned goes
   * with who suggested it.
   *
   * @param servers at least one
   */
  void replace(List<Server> servers);

  /**
   * Chooses a learned server no longer.
   *
   * @return whether it was a learned one; those given stay
   */
  boolean forget(Server server);
}
