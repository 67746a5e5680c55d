package io.vmessproxy.client.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.check.Report.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StagesTest {
  private long now;
  private final Stages stages = new Stages(() -> now);

  @Test
  void timesEachStageFromTheEndOfTheOneBefore() {
    pass("resolve", 3);
    pass("connect", 10);
    stages.pass("target", Duration.ofNanos(99));

    assertThat(stages.passed())
        .containsExactly(
            new Stage("resolve", Duration.ofNanos(3)),
            new Stage("connect", Duration.ofNanos(10)),
            new Stage("target", Duration.ofNanos(99)));
  }

  @Test
  void timesTheFirstConnectionAlone() {
    pass("connect", 10);
    pass("connect", 20);
    pass("vmess", 5);

    assertThat(stages.passed())
        .containsExactly(
            new Stage("connect", Duration.ofNanos(10)), new Stage("vmess", Duration.ofNanos(25)));
  }

  @Test
  void tellsWhoWaitsForAStageOnce() {
    List<String> told = new ArrayList<>();
    stages.whenPassed("connect", () -> told.add("early"));
    pass("resolve", 1);
    assertThat(told).isEmpty();

    pass("connect", 1);
    pass("connect", 1);
    stages.whenPassed("connect", () -> told.add("late"));

    assertThat(told).containsExactly("early", "late");
  }

  private void pass(String stage, long nanos) {
    now += nanos;
    stages.pass(stage);
  }
}
