package io.vmessproxy.client.check;

import io.vmessproxy.client.check.Report.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Times the stages of one walk, each from the end of the one before it. On one event loop. */
final class Stages {
  private final LongSupplier nanos;
  private final List<Stage> passed = new ArrayList<>();
  private final Map<String, List<Runnable>> waiting = new HashMap<>();
  private long last;

  Stages(LongSupplier nanos) {
    this.nanos = nanos;
    this.last = nanos.getAsLong();
  }

  /** The next stage's time counts from now. */
  void restart() {
    last = nanos.getAsLong();
  }

  /** The stage is done. Once only: what is opened later is not timed again. */
  void pass(String stage) {
    if (hasPassed(stage)) {
      return;
    }
    long now = nanos.getAsLong();
    passed.add(new Stage(stage, Duration.ofNanos(now - last)));
    last = now;
    waiting.getOrDefault(stage, List.of()).forEach(Runnable::run);
  }

  /** A stage that has measured itself. */
  void pass(String stage, Duration time) {
    passed.add(new Stage(stage, time));
  }

  boolean hasPassed(String stage) {
    return passed.stream().anyMatch(one -> one.name().equals(stage));
  }

  /** Runs {@code then} when the stage is done; at once where it is. */
  void whenPassed(String stage, Runnable then) {
    if (hasPassed(stage)) {
      then.run();
    } else {
      waiting.computeIfAbsent(stage, none -> new ArrayList<>()).add(then);
    }
  }

  /** What those that are done took together, but for this one. */
  Duration without(String stage) {
    return passed.stream()
        .filter(one -> !one.name().equals(stage))
        .map(Stage::time)
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** Those that are done, in order. */
  List<Stage> passed() {
    return List.copyOf(passed);
  }
}
