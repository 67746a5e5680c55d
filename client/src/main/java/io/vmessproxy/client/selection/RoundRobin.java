package io.vmessproxy.client.selection;

import io.vmessproxy.client.session.Session;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Servers in turn, and within each server its users in turn, both in the order given. */
public final class RoundRobin implements ServerSelector {
  private final List<Turns> servers;
  private final AtomicInteger turn = new AtomicInteger();

  /**
   * @param servers at least one
   */
  public RoundRobin(List<Server> servers) {
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("servers: none (expected: at least one)");
    }
    this.servers = servers.stream().map(Turns::new).toList();
  }

  @Override
  public Endpoint next(Session session) {
    return servers.get(advance(turn, servers.size())).next();
  }

  @Override
  public List<Endpoint> endpoints() {
    return servers.stream().flatMap(server -> server.endpoints.stream()).toList();
  }

  /** Wraps at {@code size}: a counter that ran on would skip a turn where it overflows. */
  private static int advance(AtomicInteger turn, int size) {
    return turn.getAndUpdate(at -> at + 1 == size ? 0 : at + 1);
  }

  /** One server, and whose turn it is among its users. */
  private static final class Turns {
    private final List<Endpoint> endpoints;
    private final AtomicInteger turn = new AtomicInteger();

    Turns(Server server) {
      this.endpoints = server.users().stream().map(user -> new Endpoint(server, user)).toList();
    }

    Endpoint next() {
      return endpoints.get(advance(turn, endpoints.size()));
    }
  }
}
