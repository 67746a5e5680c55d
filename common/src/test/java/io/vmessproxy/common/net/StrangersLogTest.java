package io.vmessproxy.common.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StrangersLogTest {
  private final List<String> lines = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private final StrangersLog log = new StrangersLog(lines::add, nanos::get);

  @Test
  void writesAFloodOfOneReasonThreeTimesAndCountsTheRest() {
    for (int i = 0; i < 1000; i++) {
      log.write("stranger " + i, "noise");
    }
    nanos.set(TimeUnit.SECONDS.toNanos(10));
    log.write("stranger", "noise");

    assertThat(lines)
        .containsExactly(
            "stranger 0: noise",
            "stranger 1: noise",
            "stranger 2: noise",
            "997 more lines like those before were left out",
            "stranger: noise");
  }

  @Test
  void writesAReasonOfItsOwnInTheMidstOfAFlood() {
    for (int i = 0; i < 1000; i++) {
      log.write("stranger " + i, "noise");
    }
    log.write("10.0.0.1", "user a, clock +282 s off");

    assertThat(lines).last().isEqualTo("10.0.0.1: user a, clock +282 s off");
  }

  @Test
  void boundsAFloodOfReasons() {
    for (int i = 0; i < 1000; i++) {
      log.write("user a", "target " + i);
    }

    assertThat(lines).hasSize(32);
  }
}
