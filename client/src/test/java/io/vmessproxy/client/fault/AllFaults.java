package io.vmessproxy.client.fault;

import io.vmessproxy.client.session.Failure;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Makes faults, some at a time as most of their time is waiting, and asks what is told of each.
 *
 * @param <T> what is told
 */
final class AllFaults<T> implements AutoCloseable {
  /** In which a user is to hear of a fault. */
  static final Duration LIMIT = Duration.ofSeconds(3);

  private static final int AT_ONCE = 4;

  private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
  private final Map<Fault, Future<Timed<T>>> running = new LinkedHashMap<>();

  /** Asks about a fault that has been made. */
  @FunctionalInterface
  interface Question<T> {
    /** Makes ready; what it returns asks, and is timed. */
    Asking<T> prepare(FaultBench bench, Fault.Broken broken) throws Exception;
  }

  /** What is timed. */
  @FunctionalInterface
  interface Asking<T> {
    T ask() throws Exception;
  }

  /** What was told, and how long that took. */
  record Timed<T>(T told, Duration took) {}

  private AllFaults() {}

  static <T> AllFaults<T> start(Predicate<Fault> which, Question<T> question) {
    AllFaults<T> all = new AllFaults<>();
    Fault.all().stream()
        .filter(which)
        .forEach(
            fault -> all.running.put(fault, all.threads.submit(() -> inTime(fault, question))));
    return all;
  }

  /** Some that warm the JVM up: what opens, what probes, and TLS. */
  static List<Fault> first() {
    return Stream.of(
            Failure.REFUSED, Failure.UNKNOWN_USER, Failure.TLS_EXPIRED, Failure.WRONG_SERVICE)
        .map(
            failure ->
                Fault.all().stream()
                    .filter(fault -> fault.check().failure() == failure)
                    .reduce((one, later) -> later)
                    .orElseThrow())
        .toList();
  }

  /** A machine may be busy once: then the second time counts. */
  private static <T> Timed<T> inTime(Fault fault, Question<T> question) throws Exception {
    Timed<T> answer = answer(fault, question);
    return answer.took().compareTo(LIMIT) < 0 ? answer : answer(fault, question);
  }

  static <T> Timed<T> answer(Fault fault, Question<T> question) throws Exception {
    try (FaultBench bench = new FaultBench()) {
      Fault.Broken broken = fault.injection().inject(bench);
      Asking<T> asking = question.prepare(bench, broken);
      long start = System.nanoTime();
      T told = asking.ask();
      return new Timed<>(told, Duration.ofNanos(System.nanoTime() - start));
    }
  }

  List<Fault> faults() {
    return List.copyOf(running.keySet());
  }

  Timed<T> of(Fault fault) throws Exception {
    Future<Timed<T>> answer = running.get(fault);
    if (answer == null) {
      throw new IllegalArgumentException("not asked: " + fault);
    }
    return answer.get(120, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
