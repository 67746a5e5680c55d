package io.vmessproxy.client.selection;

import io.vmessproxy.client.session.Session;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * What all strategies share: the servers given, those learned and for how long, and that what is
 * not available is chosen only where nothing else is. A strategy is who of the rest it takes.
 */
abstract class Selection implements ServerSelector {
  /** More than a server has ports open; a server that suggests for ever costs no more than this. */
  private static final int MAX_LEARNED = 64;

  private final Health health;
  private final LongSupplier nanoTime;
  private List<Turns> servers;
  private int learned;
  private volatile List<Endpoint> endpoints;

  Selection(List<Server> given, Health health, LongSupplier nanoTime) {
    this.health = health;
    this.nanoTime = nanoTime;
    this.servers = expectSome(given).stream().map(server -> new Turns(server, null)).toList();
    this.endpoints = endpointsOf(servers);
  }

  private static List<Server> expectSome(List<Server> servers) {
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("servers: none (expected: at least one)");
    }
    return servers;
  }

  private static List<Endpoint> endpointsOf(List<Turns> servers) {
    return servers.stream().flatMap(turns -> turns.endpoints().stream()).toList();
  }

  /** The servers in their order, learned ones last. */
  final List<Turns> servers() {
    return servers;
  }

  final Health health() {
    return health;
  }

  final long now() {
    return nanoTime.getAsLong();
  }

  @Override
  public final synchronized Optional<Endpoint> next(Session session, Predicate<Endpoint> usable) {
    expire();
    Optional<Endpoint> available =
        choose(endpoint -> usable.test(endpoint) && health.available(endpoint));
    return available.isPresent() ? available : chooseUnavailable(usable);
  }

  /** One of those that will do, who then has had his turn; empty if there is none. */
  abstract Optional<Endpoint> choose(Predicate<Endpoint> which);

  /** Where none is available: as the strategy would choose if all were. */
  Optional<Endpoint> chooseUnavailable(Predicate<Endpoint> which) {
    return choose(which);
  }

  /**
   * There are others from now on.
   *
   * @param before those that there were, which may be among them
   */
  abstract void changed(List<Turns> before);

  private void expire() {
    if (learned > 0) {
      long now = now();
      if (servers.stream().anyMatch(turns -> turns.over(now))) {
        set(servers.stream().filter(turns -> !turns.over(now)).toList());
      }
    }
  }

  private void set(List<Turns> changed) {
    List<Turns> before = servers;
    servers = List.copyOf(changed);
    learned = (int) servers.stream().filter(Turns::learned).count();
    endpoints = endpointsOf(servers);
    changed(before);
  }

  @Override
  public final List<Endpoint> endpoints() {
    if (learned > 0) {
      synchronized (this) {
        expire();
      }
    }
    return endpoints;
  }

  @Override
  public final synchronized boolean learn(Server server, Duration validity) {
    List<Turns> changed = new ArrayList<>(servers);
    boolean known = changed.removeIf(turns -> turns.learned() && turns.server().equals(server));
    List<Turns> before = changed.stream().filter(Turns::learned).toList();
    if (before.size() >= MAX_LEARNED) {
      changed.remove(before.get(0));
    }
    changed.add(new Turns(server, now() + validity.toNanos()));
    set(changed);
    return !known;
  }

  @Override
  public final synchronized boolean forget(Server server) {
    List<Turns> left =
        servers.stream()
            .filter(turns -> !(turns.learned() && turns.server().equals(server)))
            .toList();
    boolean known = left.size() < servers.size();
    if (known) {
      set(left);
    }
    return known;
  }

  @Override
  public final synchronized void replace(List<Server> given) {
    Map<Server, Deque<Turns>> kept = new HashMap<>();
    for (Turns turns : servers) {
      if (!turns.learned()) {
        kept.computeIfAbsent(turns.server(), none -> new ArrayDeque<>()).add(turns);
      }
    }
    List<Turns> changed = new ArrayList<>();
    for (Server server : expectSome(given)) {
      Turns same = kept.getOrDefault(server, new ArrayDeque<>()).poll();
      changed.add(same == null ? new Turns(server, null) : same);
    }
    set(changed);
  }
}
