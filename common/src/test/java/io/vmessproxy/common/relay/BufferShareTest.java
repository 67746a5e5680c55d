package io.vmessproxy.common.relay;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BufferShareTest {
  @ParameterizedTest
  @CsvSource({
    "-1, 2147483647",
    "0, 2147483647",
    "31, 2147483647",
    "32, 131072",
    "63, 131072",
    "64, 32768",
    "95, 32768",
    "96, 8192",
    "128, 8192",
    "1000, 8192"
  })
  void getsLessTheFullerTheMemoryIs(long used, int share) {
    assertThat(BufferShare.of(used, 128)).isEqualTo(share);
  }
}
