package io.vmessproxy.client.selection;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The first server that is available, in the order given; its users in turn. Goes back to an
 * earlier one when that has been available for 5 s, so that one that comes and goes drags nobody
 * along.
 */
public final class Failover extends Selection {
  private static final long FAIL_BACK_NANOS = TimeUnit.SECONDS.toNanos(5);

  private @Nullable Turns current;
  private @Nullable Turns earlier;
  private long earlierNanos; // since when that one is available

  /**
   * @param servers at least one
   */
  public Failover(List<Server> servers, Health health) {
    this(servers, health, System::nanoTime);
  }

  Failover(List<Server> servers, Health health, LongSupplier nanoTime) {
    super(servers, health, nanoTime);
  }

  @Override
  Optional<Endpoint> choose(Predicate<Endpoint> which) {
    Optional<Turns> first = first(health()::available);
    if (first.isPresent()) {
      moveTo(first.get());
    }
    Turns now = current;
    Optional<Endpoint> chosen = now == null ? Optional.empty() : now.next(which);
    return chosen.isPresent() ? chosen : first(which).flatMap(turns -> turns.next(which));
  }

  private Optional<Turns> first(Predicate<Endpoint> which) {
    for (Turns turns : servers()) {
      if (turns.any(which)) {
        return Optional.of(turns);
      }
    }
    return Optional.empty();
  }

  private void moveTo(Turns first) {
    Turns now = current;
    if (now == null || !now.any(health()::available)) {
      current = first;
      earlier = null;
    } else if (first == now) {
      earlier = null;
    } else if (first != earlier) {
      earlier = first;
      earlierNanos = now();
    } else if (now() - earlierNanos >= FAIL_BACK_NANOS) {
      current = first;
      earlier = null;
    }
  }

  @Override
  void changed(List<Turns> before) {
    if (current != null && !servers().contains(current)) {
      current = null;
    }
    earlier = null;
  }
}
