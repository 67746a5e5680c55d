package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.EchoForMany;
import io.vmessproxy.it.support.JvmView;
import io.vmessproxy.it.support.ManagedProcess;
import io.vmessproxy.it.support.ProxyProcess;
import io.vmessproxy.it.support.ServeProcess;
import io.vmessproxy.it.support.SocksClient;
import io.vmessproxy.it.support.SteadyLoad;
import io.vmessproxy.it.support.SteadyLoad.Kind;
import io.vmessproxy.it.support.TcpTarget;
import io.vmessproxy.it.support.Trend;
import io.vmessproxy.it.support.Tunnel;
import io.vmessproxy.it.support.VmessUser;
import io.vmessproxy.it.support.Wait;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The same load for a long time: nothing may grow. One minute here; an hour with {@code
 * -Dit.soak.minutes=60}. What came of it is in {@code target/soak.txt} and {@code target/soak.csv}.
 *
 * <p>Three servers, one of them with mux; requests of 1 byte to 1 MB through all front ends, and
 * connections that are open all the while and say a byte every few minutes.
 */
class SoakIT {
  private static final int MINUTES = Integer.getInteger("it.soak.minutes", 1);
  private static final int RATE = Integer.getInteger("it.soak.rate", 200);
  private static final int IDLE = 500;

  /** Less than the 300 s after which both ends close what is idle. */
  private static final int IDLE_SECONDS = 200;

  private static final int SAMPLE_SECONDS = 5;
  private static final List<String> COUNTED =
      List.of(
          "io.netty.util.concurrent.ScheduledFutureTask",
          "io.vmessproxy.common.vmess.outbound.VmessClientHandler",
          "io.vmessproxy.common.relay.Relay",
          "io.vmessproxy.client.dispatch.Contest");

  /** Most are small, as on the Web; the mean is some 13 KB. */
  private static final int[] SIZES = {
    1, 100, 200, 300, 500, 800, 1000, 1500, 2000, 3000, 4000, 6000, 8000, 10_000, 15_000, 20_000,
    30_000, 50_000, 100_000
  };

  private final List<String> csv =
      new ArrayList<>(List.of("seconds,rss_kib,descriptors,threads,serve_rss_kib"));

  @Test
  void nothingGrows() throws Exception {
    try (TcpTarget target = SteadyLoad.target();
        EchoForMany echo = EchoForMany.start();
        ServeProcess first = ServeProcess.of(VmessUser.AEAD);
        ServeProcess second = ServeProcess.of(VmessUser.AEAD);
        ServeProcess third = ServeProcess.of(VmessUser.AEAD);
        ProxyProcess proxy = ProxyProcess.inFrontOf(options(first, second, third))) {
      warmUp(proxy.port(), target.port());
      Wait.becomes(Duration.ofSeconds(10), () -> false); // Idle pools go, timers run out.
      Map<String, Long> before = JvmView.instances(proxy.process().pid(), COUNTED);
      long descriptors = proxy.process().descriptors();
      List<Tunnel> idle = idle(proxy.port(), echo);

      List<SteadyLoad.Outcome> outcomes = soak(proxy, first, target.port(), idle);

      speak(idle);
      for (Tunnel tunnel : idle) {
        tunnel.close();
      }
      Map<String, Long> errors = errors(outcomes);
      Trend trend = trend();
      Wait.becomes(Duration.ofSeconds(70), () -> proxy.process().descriptors() <= descriptors);
      Map<String, Long> after = JvmView.instances(proxy.process().pid(), COUNTED);
      String summary =
          """
          %d requests in %d min at %d/s, %d failed %s; %d idle connections held
          RSS %s
          descriptors %d before, %d after
          instances before %s
          instances after  %s
          """
              .formatted(
                  outcomes.size(),
                  MINUTES,
                  RATE,
                  errors.values().stream().mapToLong(Long::longValue).sum(),
                  errors,
                  IDLE,
                  trend,
                  descriptors,
                  proxy.process().descriptors(),
                  before,
                  after);
      Files.writeString(Path.of("target", "soak.txt"), summary);

      assertThat(errors).as(summary).isEmpty();
      assertThat(proxy.process().descriptors()).as(summary).isLessThanOrEqualTo(descriptors);
      for (String name : COUNTED) {
        assertThat(after.get(name)).as(summary).isLessThanOrEqualTo(before.get(name) + 20);
      }
      if (MINUTES >= 30) {
        assertThat(trend.flat()).as(summary).isTrue();
      }
      assertThat(proxy.log()).doesNotContain("Exception", "LEAK");
    }
  }

  private static List<String> options(ServeProcess first, ServeProcess second, ServeProcess third) {
    List<String> options = new ArrayList<>(first.options(VmessUser.AEAD, "aes-128-gcm"));
    options.addAll(second.options(VmessUser.AEAD, "chacha20-poly1305"));
    options.addAll(third.options(VmessUser.AEAD, "aes-128-gcm"));
    options.addAll(List.of("--mux", "8"));
    return options;
  }

  private static void warmUp(int proxy, int target) throws InterruptedException {
    try (SteadyLoad load = new SteadyLoad(proxy, target, SIZES, Kind.values())) {
      load.start(50);
      TimeUnit.SECONDS.sleep(10);
      load.finish();
    }
  }

  private static List<Tunnel> idle(int proxy, EchoForMany echo) throws IOException {
    List<Tunnel> idle = new ArrayList<>();
    for (int i = 0; i < IDLE; i++) {
      InetSocketAddress to = echo.address(i);
      idle.add(SocksClient.socks5(proxy, to.getAddress().getHostAddress(), to.getPort()));
    }
    return idle;
  }

  private static void speak(List<Tunnel> idle) throws IOException {
    for (Tunnel tunnel : idle) {
      tunnel.socket().getOutputStream().write(42);
      assertThat(tunnel.socket().getInputStream().read()).isEqualTo(42);
    }
  }

  private List<SteadyLoad.Outcome> soak(
      ProxyProcess proxy, ServeProcess serve, int target, List<Tunnel> idle) throws Exception {
    try (SteadyLoad load = new SteadyLoad(proxy.port(), target, SIZES, Kind.values())) {
      long start = System.nanoTime();
      load.start(RATE);
      long seconds = 0;
      long spoken = 0;
      while (seconds < MINUTES * 60L) {
        TimeUnit.SECONDS.sleep(SAMPLE_SECONDS);
        seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
        if (seconds - spoken >= IDLE_SECONDS) {
          speak(idle);
          spoken = seconds;
        }
        ManagedProcess process = proxy.process();
        csv.add(
            "%d,%d,%d,%d,%d"
                .formatted(
                    seconds,
                    process.residentBytes() >> 10,
                    process.descriptors(),
                    JvmView.threads(process.pid()),
                    serve.process().residentBytes() >> 10));
        Files.write(Path.of("target", "soak.csv"), csv);
      }
      return load.finish();
    }
  }

  private static Map<String, Long> errors(List<SteadyLoad.Outcome> outcomes) {
    return outcomes.stream()
        .filter(one -> !one.ok())
        .collect(
            Collectors.groupingBy(
                one -> one.kind() + ": " + one.error(), TreeMap::new, Collectors.counting()));
  }

  /** Behind the warm-up: a fifth of the time, two minutes at least where there are as many. */
  private Trend trend() {
    double begin = MINUTES * 60 / 2.0; // The JVM compiles what is rare for the first half hour.
    List<double[]> points =
        csv.stream()
            .skip(1)
            .map(line -> line.split(",", -1))
            .map(fields -> new double[] {Double.parseDouble(fields[0]), kib(fields)})
            .filter(point -> point[0] >= begin)
            .toList();
    return Trend.of(points, 60, new Random(1));
  }

  private static double kib(String[] fields) {
    return Double.parseDouble(fields[1]);
  }
}
