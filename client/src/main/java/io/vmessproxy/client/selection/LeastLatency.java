package io.vmessproxy.client.selection;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The server whose first answers come soonest; its users in turn. It is left for another one that
 * has been better by a fifth, and by 10 ms, for 3 s.
 *
 * <p>Those of which nothing is known are tried once, one session in four. Of all others, one
 * session in fifty finds out how they do today.
 */
public final class LeastLatency extends Selection {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long MARGIN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final int EXPLORES_UNKNOWN = 4;
  private static final int EXPLORES_KNOWN = 50;

  private final Set<Turns> tried = new HashSet<>();
  private @Nullable Turns current;
  private @Nullable Turns better;
  private long betterNanos; // since when that one is
  private long lookedNanos;
  private long picks;
  private int explored;

  /**
   * @param servers at least one
   */
  public LeastLatency(List<Server> servers, Health health) {
    this(servers, health, System::nanoTime);
  }

  LeastLatency(List<Server> servers, Health health, LongSupplier nanoTime) {
    super(servers, health, nanoTime);
  }

  @Override
  Optional<Endpoint> choose(Predicate<Endpoint> which) {
    look();
    picks++;
    Turns now = current;
    if (now == null || picks % EXPLORES_UNKNOWN == 0) {
      Optional<Endpoint> unknown = unknown(which);
      if (unknown.isPresent()) {
        return unknown;
      }
    }
    if (picks % EXPLORES_KNOWN == 0) {
      Optional<Endpoint> other = inTurn(which);
      if (other.isPresent()) {
        return other;
      }
    }
    Optional<Endpoint> chosen = now == null ? Optional.empty() : now.next(which);
    return chosen.isPresent() ? chosen : best(which).or(() -> unknownAgain(which));
  }

  /** Whether another one is better, at most twice a second. */
  private void look() {
    long time = now();
    Turns now = current;
    if (now != null && !now.any(health()::available)) {
      current = null;
      now = null;
    } else if (now != null && time - lookedNanos < LOOK_NANOS) {
      return;
    }
    lookedNanos = time;
    Turns best = fastest(health()::available);
    if (best == null || best == now) {
      better = null;
    } else if (now == null) {
      current = best;
      better = null;
    } else if (!isClearlyBetter(best, now)) {
      better = null;
    } else if (better == null) {
      better = best;
      betterNanos = time;
    } else if (time - betterNanos >= PATIENCE_NANOS) {
      current = best;
      better = null;
    }
  }

  private boolean isClearlyBetter(Turns one, Turns other) {
    long fast = latency(one);
    long slow = latency(other);
    return slow - fast > MARGIN_NANOS && fast < slow - slow / 5;
  }

  /** Of those whose latency is known. */
  private @Nullable Turns fastest(Predicate<Endpoint> which) {
    Turns best = null;
    for (Turns turns : servers()) {
      if (latency(turns) > 0
          && (best == null || latency(turns) < latency(best))
          && turns.any(which)) {
        best = turns;
      }
    }
    return best;
  }

  private long latency(Turns turns) {
    long best = 0;
    for (Endpoint endpoint : turns.endpoints()) {
      long latency = health().latencyNanos(endpoint);
      best = best == 0 || (latency > 0 && latency < best) ? latency : best;
    }
    return best;
  }

  private Optional<Endpoint> best(Predicate<Endpoint> which) {
    Turns best = fastest(which);
    return best == null ? Optional.empty() : best.next(which);
  }

  private Optional<Endpoint> unknown(Predicate<Endpoint> which) {
    for (Turns turns : servers()) {
      if (!tried.contains(turns) && turns.any(which)) {
        tried.add(turns);
        if (latency(turns) == 0) {
          return turns.next(which);
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Endpoint> unknownAgain(Predicate<Endpoint> which) {
    return inTurn(which);
  }

  private Optional<Endpoint> inTurn(Predicate<Endpoint> which) {
    int size = servers().size();
    for (int i = 0; i < size; i++) {
      explored = (explored + 1) % size;
      Optional<Endpoint> chosen = servers().get(explored).next(which);
      if (chosen.isPresent()) {
        return chosen;
      }
    }
    return Optional.empty();
  }

  @Override
  void changed(List<Turns> before) {
    tried.retainAll(new HashSet<>(servers()));
    if (current != null && !servers().contains(current)) {
      current = null;
    }
    better = null;
    explored = 0;
  }
}
