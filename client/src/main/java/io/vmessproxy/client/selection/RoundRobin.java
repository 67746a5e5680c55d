package io.vmessproxy.client.selection;

import io.vmessproxy.client.session.Session;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Servers in turn, and within each server its users in turn, both in the order given. A learned
 * server has a turn behind all others, as in V2Ray, until its time is over.
 */
public final class RoundRobin implements ServerSelector {
  /** More than a server has ports open; a server that suggests for ever costs no more than this. */
  private static final int MAX_LEARNED = 64;

  private final LongSupplier nanoTime;
  private final AtomicInteger turn = new AtomicInteger();
  private volatile List<Turns> servers;

  /**
   * @param servers at least one
   */
  public RoundRobin(List<Server> servers) {
    this(servers, System::nanoTime);
  }

  RoundRobin(List<Server> servers, LongSupplier nanoTime) {
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("servers: none (expected: at least one)");
    }
    this.servers = given(servers);
    this.nanoTime = nanoTime;
  }

  private static List<Turns> given(List<Server> servers) {
    return servers.stream().map(server -> new Turns(server, null)).toList();
  }

  @Override
  public java.util.Optional<Endpoint> next(
      Session session, java.util.function.Predicate<Endpoint> usable) {
    return java.util.Optional.of(pick());
  }

  private Endpoint pick() {
    while (true) {
      List<Turns> now = servers;
      Turns turns = now.get(advance(turn, now.size()));
      if (!turns.over(nanoTime.getAsLong())) {
        return turns.next();
      }
      remove(turns);
    }
  }

  @Override
  public List<Endpoint> endpoints() {
    long now = nanoTime.getAsLong();
    return servers.stream()
        .filter(turns -> !turns.over(now))
        .flatMap(turns -> turns.endpoints.stream())
        .toList();
  }

  @Override
  public synchronized boolean learn(Server server, Duration validity) {
    List<Turns> changed = new ArrayList<>(servers);
    boolean known = changed.removeIf(turns -> turns.learned() && turns.server.equals(server));
    List<Turns> learned = changed.stream().filter(Turns::learned).toList();
    if (learned.size() >= MAX_LEARNED) {
      changed.remove(learned.get(0));
    }
    changed.add(new Turns(server, nanoTime.getAsLong() + validity.toNanos()));
    servers = List.copyOf(changed);
    return !known;
  }

  @Override
  public boolean forget(Server server) {
    for (Turns turns : servers) {
      if (turns.learned() && turns.server.equals(server)) {
        remove(turns);
        return true;
      }
    }
    return false;
  }

  @Override
  public synchronized void replace(List<Server> servers) {
    if (servers.isEmpty()) {
      throw new IllegalArgumentException("servers: none (expected: at least one)");
    }
    List<Turns> before = this.servers;
    Map<Server, Deque<Turns>> kept = new HashMap<>();
    before.stream()
        .filter(turns -> !turns.learned())
        .forEach(
            turns -> kept.computeIfAbsent(turns.server, none -> new ArrayDeque<>()).add(turns));
    List<Turns> now = new ArrayList<>();
    for (Server server : servers) {
      Turns same = kept.getOrDefault(server, new ArrayDeque<>()).poll();
      now.add(same == null ? new Turns(server, null) : same);
    }
    int due = turn.get();
    this.servers = List.copyOf(now);
    // Whose turn it was goes on being next, or the first behind it that is still there.
    for (int i = 0; i < before.size(); i++) {
      int at = now.indexOf(before.get((due + i) % before.size()));
      if (at >= 0) {
        turn.set(at);
        return;
      }
    }
  }

  private synchronized void remove(Turns turns) {
    servers = servers.stream().filter(other -> other != turns).toList();
  }

  /** Wraps at {@code size}: a counter that ran on would skip a turn where it overflows. */
  private static int advance(AtomicInteger turn, int size) {
    int at = turn.getAndUpdate(now -> now + 1 >= size ? 0 : now + 1);
    return at < size ? at : 0; // There were more a moment ago.
  }

  /** One server, and whose turn it is among its users. */
  private static final class Turns {
    private final Server server;
    private final @Nullable Long untilNanos;
    private final List<Endpoint> endpoints;
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * @param untilNanos null: for good
     */
    Turns(Server server, @Nullable Long untilNanos) {
      this.server = server;
      this.untilNanos = untilNanos;
      this.endpoints = server.users().stream().map(user -> new Endpoint(server, user)).toList();
    }

    boolean learned() {
      return untilNanos != null;
    }

    boolean over(long nowNanos) {
      return untilNanos != null && nowNanos - untilNanos >= 0;
    }

    Endpoint next() {
      return endpoints.get(advance(turn, endpoints.size()));
    }
  }
}
