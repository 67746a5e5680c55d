package io.vmessproxy.client.selection;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One server, and whose turn it is among its users. Guarded by its selector. */
final class Turns {
  private final Server server;
  private final @Nullable Long untilNanos;
  private final List<Endpoint> endpoints;
  private int turn;

  /**
   * @param untilNanos null: for good
   */
  Turns(Server server, @Nullable Long untilNanos) {
    this.server = server;
    this.untilNanos = untilNanos;
    this.endpoints = server.users().stream().map(user -> new Endpoint(server, user)).toList();
  }

  Server server() {
    return server;
  }

  List<Endpoint> endpoints() {
    return endpoints;
  }

  boolean learned() {
    return untilNanos != null;
  }

  boolean over(long nowNanos) {
    return untilNanos != null && nowNanos - untilNanos >= 0;
  }

  /** Whether one of its users will do. */
  boolean any(Predicate<Endpoint> which) {
    return endpoints.size() == 1
        ? which.test(endpoints.get(0))
        : endpoints.stream().anyMatch(which);
  }

  /** The next of its users that will do, who then has had his turn. */
  Optional<Endpoint> next(Predicate<Endpoint> which) {
    int users = endpoints.size();
    for (int i = 0; i < users; i++) {
      int at = (turn + i) % users;
      Endpoint endpoint = endpoints.get(at);
      if (which.test(endpoint)) {
        turn = (at + 1) % users;
        return Optional.of(endpoint);
      }
    }
    return Optional.empty();
  }
}
