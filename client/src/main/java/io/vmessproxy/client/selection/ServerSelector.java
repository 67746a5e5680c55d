package io.vmessproxy.client.selection;

import io.vmessproxy.client.session.Session;
import java.time.Duration;
import java.util.List;

/** Chooses the endpoint of each session. Called from any thread. */
public interface ServerSelector {
  /** The endpoint for this session: one of the servers given, or a learned one. */
  Endpoint next(Session session);

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
