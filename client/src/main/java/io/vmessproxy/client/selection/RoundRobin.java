package io.vmessproxy.client.selection;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Servers in turn, and within each server its users in turn, both in the order given. A learned
 * server has a turn behind all others, as in V2Ray, until its time is over.
 *
 * <p>A ring: who is chosen goes to its end. Who is not available leaves it, so that nobody gets his
 * turns, and comes back at its end, so that he does not catch up.
 */
public final class RoundRobin extends Selection {
  private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Deque<Turns> ring = new ArrayDeque<>();
  private final Deque<Turns> parked = new ArrayDeque<>();
  private long seenVersion = -1;
  private long lookedNanos;

  /** Of servers of which nothing is known. */
  public RoundRobin(List<Server> servers) {
    this(servers, Health.ALL_WELL);
  }

  /**
   * @param servers at least one
   */
  public RoundRobin(List<Server> servers, Health health) {
    this(servers, health, System::nanoTime);
  }

  RoundRobin(List<Server> servers, LongSupplier nanoTime) {
    this(servers, Health.ALL_WELL, nanoTime);
  }

  RoundRobin(List<Server> servers, Health health, LongSupplier nanoTime) {
    super(servers, health, nanoTime);
    ring.addAll(servers());
  }

  @Override
  Optional<Endpoint> choose(Predicate<Endpoint> which) {
    returnParked();
    List<Turns> passedOver = new ArrayList<>(0);
    Optional<Endpoint> chosen = Optional.empty();
    while (chosen.isEmpty() && !ring.isEmpty()) {
      Turns turns = ring.removeFirst();
      chosen = turns.next(which);
      if (chosen.isPresent()) {
        ring.addLast(turns);
      } else if (turns.any(health()::available)) {
        passedOver.add(turns); // Only this session does not want it.
      } else {
        parked.addLast(turns);
      }
    }
    for (int i = passedOver.size() - 1; i >= 0; i--) {
      ring.addFirst(passedOver.get(i));
    }
    return chosen;
  }

  private void returnParked() {
    if (parked.isEmpty()) {
      return;
    }
    long version = health().version();
    long now = now();
    if (version == seenVersion && now - lookedNanos < LOOK_AGAIN_NANOS) {
      return;
    }
    seenVersion = version;
    lookedNanos = now;
    for (int left = parked.size(); left > 0; left--) {
      Turns turns = parked.removeFirst();
      (turns.any(health()::available) ? ring : parked).addLast(turns);
    }
  }

  @Override
  Optional<Endpoint> chooseUnavailable(Predicate<Endpoint> which) {
    for (int left = parked.size(); left > 0; left--) {
      Turns turns = parked.removeFirst();
      parked.addLast(turns);
      Optional<Endpoint> chosen = turns.next(which);
      if (chosen.isPresent()) {
        return chosen;
      }
    }
    return choose(which);
  }

  /** Whose turn it was goes on being next, or the first behind it that is still there. */
  @Override
  void changed(List<Turns> before) {
    List<Turns> order = new ArrayList<>(ring);
    Set<Turns> out = new HashSet<>(parked);
    List<Turns> now = new ArrayList<>(servers());
    ring.clear();
    parked.clear();
    int first = 0;
    for (Turns due : order) {
      int at = now.indexOf(due);
      if (at >= 0) {
        first = at;
        break;
      }
    }
    for (int i = 0; i < now.size(); i++) {
      Turns turns = now.get((first + i) % now.size());
      (out.contains(turns) ? parked : ring).addLast(turns);
    }
  }
}
