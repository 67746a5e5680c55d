package io.vmessproxy.client.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DatagramCountsTest {
  private final DatagramCounts counts = new DatagramCounts();

  @Test
  void tellsWhatMovedAndWhatDidNotByItsCause() {
    counts.sent(40);
    counts.sent(56);
    counts.answered(512);
    counts.dropped(Drop.ANSWER_CONGESTED);
    counts.dropped(Drop.FRAGMENT);
    counts.dropped(Drop.FRAGMENT);

    assertThat(counts)
        .hasToString(
            "sent 2 (96 bytes), answers 1 (512 bytes), dropped 2 fragment, 1 answer congested");
  }

  @Test
  void saysNothingOfDropsWhereThereAreNone() {
    assertThat(counts).hasToString("sent 0 (0 bytes), answers 0 (0 bytes)");
  }
}
