package io.vmessproxy.common.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DescriptorsTest {
  @Test
  void readsTheLimitThatHoldsNow() {
    assertThat(
            Descriptors.limit(
                List.of(
                    "Limit                     Soft Limit           Hard Limit           Units",
                    "Max processes             95981                95981                processes",
                    "Max open files            256                  524288               files")))
        .isEqualTo(256);
  }

  @Test
  void noLimitIsALargeOne() {
    assertThat(Descriptors.limit(List.of("Max open files   unlimited  unlimited  files")))
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void knowsSomethingAboutThisProcess() {
    assertThat(Descriptors.limit()).isPositive();
    assertThat(Descriptors.connections(100, 2, 40)).isBetween(1, 100);
    assertThat(Descriptors.connections(100, 2, Integer.MAX_VALUE / 2)).isPositive();
  }
}
