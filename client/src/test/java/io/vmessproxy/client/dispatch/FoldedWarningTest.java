package io.vmessproxy.client.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FoldedWarningTest {
  private long nanos;
  private final FoldedWarning warning = new FoldedWarning(() -> nanos);

  @Test
  void letsTheSameThroughOnceInTenSeconds() {
    assertThat(warning.fold("refused")).isEqualTo("refused");
    assertThat(warning.fold("refused")).isNull();
    assertThat(warning.fold("refused")).isNull();

    nanos += TimeUnit.SECONDS.toNanos(10);

    assertThat(warning.fold("refused")).isEqualTo("refused (2 more like the last one)");
    assertThat(warning.fold("refused")).isNull();
  }

  @Test
  void letsSomethingNewThroughAtOnce() {
    warning.fold("refused");
    warning.fold("refused");

    assertThat(warning.fold("no route")).isEqualTo("no route (1 more like the last one)");
    assertThat(warning.fold("refused")).isEqualTo("refused");
  }
}
