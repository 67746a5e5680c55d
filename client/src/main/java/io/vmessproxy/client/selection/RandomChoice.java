package io.vmessproxy.client.selection;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Any server that is available, each as likely as the other; its users in turn. */
public final class RandomChoice extends Selection {
  private static final int TRIES = 8;

  private final RandomGenerator random;

  /**
   * @param servers at least one
   */
  public RandomChoice(List<Server> servers, Health health) {
    this(servers, health, System::nanoTime, new SplittableRandom());
  }

  RandomChoice(List<Server> servers, Health health, LongSupplier nanoTime, RandomGenerator random) {
    super(servers, health, nanoTime);
    this.random = random;
  }

  @Override
  Optional<Endpoint> choose(Predicate<Endpoint> which) {
    // Almost always one of the first tries does; all are looked at only where few are left.
    for (int i = 0; i < TRIES; i++) {
      Optional<Endpoint> chosen = any(servers()).next(which);
      if (chosen.isPresent()) {
        return chosen;
      }
    }
    List<Turns> left = servers().stream().filter(turns -> turns.any(which)).toList();
    return left.isEmpty() ? Optional.empty() : any(left).next(which);
  }

  private Turns any(List<Turns> of) {
    return of.get(random.nextInt(of.size()));
  }

  @Override
  void changed(List<Turns> before) {
    // Nothing is kept from one choice to the next.
  }
}
