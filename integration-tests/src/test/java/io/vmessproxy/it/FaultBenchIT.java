package io.vmessproxy.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.it.support.FaultBench;
import io.vmessproxy.it.support.FaultBench.Result;
import io.vmessproxy.it.support.FaultRelay.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Three servers, one of which goes bad under load: no request that may be repeated fails, the bad
 * one is left within two seconds, and has its turns again within ten once it is well.
 *
 * <p>{@code scripts/faults} runs it at full length, beside v2ray.
 */
class FaultBenchIT {
  private static final int SECONDS = Integer.getInteger("it.faults.seconds", 20);
  private static final int RATE = Integer.getInteger("it.faults.rate", 100);
  private static final boolean V2RAY = Boolean.getBoolean("it.faults.v2ray");
  private static final long SEED = Long.getLong("it.faults.seed", 20_261_126L);

  private static final List<String> TABLE = new ArrayList<>(List.of(Result.HEADING));
  private static FaultBench bench;

  @BeforeAll
  static void start() {
    bench = new FaultBench(SEED);
  }

  @AfterAll
  static void stop() throws IOException {
    bench.close();
    Files.write(Path.of("target", "fault-bench.txt"), TABLE);
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "NONE",
        "REFUSE",
        "BLACKHOLE",
        "SILENT",
        "RESET_MID_HEADER",
        "CLOSE_AFTER_HEADER",
        "CRAWL"
      })
  void noRequestFailsBecauseOneServerDoes(Fault fault) {
    if (V2RAY) {
      TABLE.add(bench.v2ray(fault, SECONDS, RATE).line());
    }
    Result ours = bench.ours(fault, SECONDS, RATE);
    TABLE.add(ours.line());

    assertThat(ours.lateMillis()).as("the load itself was late: no valid run").isLessThan(200);
    assertThat(ours.requests()).isGreaterThan(SECONDS * RATE * 9 / 10);
    assertThat(ours.errors()).isEmpty();
    assertThat(ours.noticedSeconds()).as(ours.line()).isLessThan(2);
    assertThat(ours.backSeconds()).as(ours.line()).isBetween(0.0, 10.0);
    assertThat(ours.spread()).as(ours.line()).isLessThanOrEqualTo(1);
    assertThat(ours.spreadDuring()).as(ours.line()).isLessThanOrEqualTo(1);
  }
}
