package io.vmessproxy.it.support;

import io.vmessproxy.it.support.FaultRelay.Fault;
import io.vmessproxy.it.support.SteadyLoad.Kind;
import io.vmessproxy.it.support.SteadyLoad.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Three servers under a steady load, of which one goes bad at a moment of chance, and well again.
 * Who is measured is the client in front of them: this program, or v2ray.
 */
public final class FaultBench implements AutoCloseable {
  private static final int SERVERS = 3;
  private static final int WARM_UP_RATE = 40;
  private static final int WARM_UP_SECONDS = 4;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** The limit within which a bad server has to be left; what starts later must not notice it. */
  private static final double SETTLED_SECONDS = 2;

  /** A request that takes longer has noticed a fault. */
  private static final long NOTICED = TimeUnit.MILLISECONDS.toNanos(250);

  private final List<ServeProcess> serves = new ArrayList<>();
  private final List<FaultRelay> relays = new ArrayList<>();
  private final TcpTarget target = SteadyLoad.target();
  private final Random random;

  /**
   * What came of one fault.
   *
   * @param client who was measured
   * @param errors how requests failed, and how often
   * @param noticedSeconds behind the fault, when the last request began that failed or was late
   * @param triedAgain connections to the bad server later than 2 s behind the fault
   * @param backSeconds behind the repair, when the server had connections again; negative: never
   * @param spread between the servers with the most and the fewest connections, before the fault
   * @param spreadDuring the same of the two that are well, while the third is out
   * @param lateMillis the 99th percentile of how late the load itself was
   */
  public record Result(
      String client,
      Fault fault,
      int requests,
      int failed,
      Map<String, Long> errors,
      double p50Millis,
      double p99Millis,
      double maxMillis,
      double noticedSeconds,
      long triedAgain,
      double backSeconds,
      long spread,
      long spreadDuring,
      double lateMillis) {
    /** The heading of {@link #line}. */
    public static final String HEADING =
        "%-8s %-18s %8s %7s %8s %8s %8s %10s %6s %7s %7s %7s %6s"
            .formatted(
                "client",
                "fault",
                "requests",
                "failed",
                "p50 ms",
                "p99 ms",
                "max ms",
                "noticed s",
                "tried",
                "back s",
                "spread",
                "during",
                "late");

    /** One line of the table. */
    public String line() {
      return "%-8s %-18s %8d %7d %8.1f %8.1f %8.1f %10.2f %6d %7.2f %7d %7d %6.1f%s"
          .formatted(
              client,
              fault.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
              requests,
              failed,
              p50Millis,
              p99Millis,
              maxMillis,
              noticedSeconds,
              triedAgain,
              backSeconds,
              spread,
              spreadDuring,
              lateMillis,
              errors.isEmpty() ? "" : "  " + errors);
    }
  }

  /**
   * @param seed of the moments
   */
  public FaultBench(long seed) {
    this.random = new Random(seed);
    for (int i = 0; i < SERVERS; i++) {
      ServeProcess serve = ServeProcess.of(VmessUser.AEAD);
      serves.add(serve);
      relays.add(FaultRelay.before(serve.port()));
    }
  }

  /** The ports of the servers, as clients see them. */
  public List<Integer> ports() {
    return relays.stream().map(FaultRelay::port).toList();
  }

  /** The options of this program for these servers. */
  public List<String> options() {
    List<String> options = new ArrayList<>();
    for (FaultRelay relay : relays) {
      options.addAll(
          List.of(
              "--server",
              "127.0.0.1:" + relay.port(),
              "--user",
              VmessUser.AEAD.asUser("aes-128-gcm")));
    }
    return options;
  }

  /** Measures this program. */
  public Result ours(Fault fault, int seconds, int aSecond) {
    List<String> arguments = new ArrayList<>(List.of("run", "--listen", "127.0.0.1:0"));
    arguments.addAll(options());
    try (ProxyProcess proxy = ProxyProcess.start(arguments)) {
      return measure("ours", proxy.port(), fault, seconds, aSecond, Kind.values());
    }
  }

  /** Measures v2ray, which has SOCKS5 here. */
  public Result v2ray(Fault fault, int seconds, int aSecond) {
    String servers =
        ports().stream()
            .map(
                port ->
                    "{\"address\": \"127.0.0.1\", \"port\": %d, \"users\": [%s]}"
                        .formatted(port, VmessUser.AEAD.inOutbound("aes-128-gcm")))
            .collect(Collectors.joining(", "));
    String outbounds =
        "{\"outbounds\": [{\"protocol\": \"vmess\", \"settings\": {\"vnext\": [%s]}}]}"
            .formatted(servers);
    try (V2rayClient v2ray = V2rayClient.start(outbounds)) {
      return measure("v2ray", v2ray.port(), fault, seconds, aSecond, Kind.SOCKS5, Kind.HELLO);
    }
  }

  private Result measure(
      String client, int port, Fault fault, int seconds, int aSecond, Kind... kinds) {
    warmUp(port, kinds);
    FaultRelay bad = relays.get(random.nextInt(SERVERS));
    long faultAfter = (long) ((0.25 + 0.1 * random.nextDouble()) * seconds * SECOND);
    long goodAfter = faultAfter + (long) (0.3 * seconds * SECOND);
    try (SteadyLoad load = new SteadyLoad(port, target.port(), kinds)) {
      long start = System.nanoTime();
      load.start(aSecond);
      sleepUntil(start + faultAfter);
      long faultAt = System.nanoTime();
      bad.set(fault);
      sleepUntil(start + goodAfter);
      long goodAt = System.nanoTime();
      bad.set(Fault.NONE);
      sleepUntil(start + seconds * SECOND);
      return result(client, fault, load.finish(), bad, start, faultAt, goodAt);
    } finally {
      bad.set(Fault.NONE);
    }
  }

  /** What a JVM does in its first seconds is another bench's. */
  private void warmUp(int port, Kind... kinds) {
    try (SteadyLoad load = new SteadyLoad(port, target.port(), kinds)) {
      load.start(WARM_UP_RATE);
      sleepUntil(System.nanoTime() + WARM_UP_SECONDS * SECOND);
      load.finish();
    }
  }

  private Result result(
      String client,
      Fault fault,
      List<Outcome> all,
      FaultRelay bad,
      long start,
      long faultAt,
      long goodAt) {
    long settledAt = faultAt + (long) (SETTLED_SECONDS * SECOND);
    List<FaultRelay> good = relays.stream().filter(relay -> relay != bad).toList();
    long[] took = all.stream().mapToLong(Outcome::tookNanos).sorted().toArray();
    long[] late = all.stream().mapToLong(Outcome::lateNanos).sorted().toArray();
    double noticed =
        all.stream()
            .filter(one -> one.startNanos() - faultAt > 0 && one.startNanos() - goodAt < 0)
            .filter(one -> !one.ok() || one.tookNanos() > NOTICED)
            .mapToLong(one -> one.startNanos() - faultAt)
            .max()
            .orElse(0);
    return new Result(
        client,
        fault,
        all.size(),
        (int) all.stream().filter(one -> !one.ok()).count(),
        all.stream()
            .filter(one -> !one.ok())
            .collect(
                Collectors.groupingBy(
                    one -> one.kind() + ": " + one.error(), TreeMap::new, Collectors.counting())),
        percentile(took, 0.5),
        percentile(took, 0.99),
        percentile(took, 1),
        noticed / SECOND,
        bad.accepted(settledAt, goodAt),
        back(bad, goodAt),
        spread(relays, start + SECOND, faultAt),
        spread(good, settledAt, goodAt),
        percentile(late, 0.99));
  }

  /** Three connections within a second are more than a trial. */
  private static double back(FaultRelay relay, long goodAt) {
    List<Long> since =
        relay.accepted().stream()
            .filter(at -> at - goodAt > 0)
            .sorted(Comparator.comparingLong(at -> at - goodAt))
            .toList();
    for (int i = 0; i + 2 < since.size(); i++) {
      if (since.get(i + 2) - since.get(i) < SECOND) {
        return (double) (since.get(i) - goodAt) / SECOND;
      }
    }
    return -1;
  }

  private static long spread(List<FaultRelay> of, long from, long to) {
    long[] counts = of.stream().mapToLong(relay -> relay.accepted(from, to)).toArray();
    return LongStream.of(counts).max().orElse(0) - LongStream.of(counts).min().orElse(0);
  }

  private static double percentile(long[] sorted, double which) {
    return sorted.length == 0
        ? 0
        : sorted[(int) Math.min(sorted.length - 1, which * sorted.length)] / 1e6;
  }

  private static void sleepUntil(long nanos) {
    try {
      TimeUnit.NANOSECONDS.sleep(Math.max(0, nanos - System.nanoTime()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    relays.forEach(FaultRelay::close);
    serves.forEach(ServeProcess::close);
    target.close();
  }
}
