package io.vmessproxy.client.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.vmessproxy.client.settings.SettingsException;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InboundJsonFuzzTest {
  private static final String SECRET = "7e62-4138";
  private static final int ROUNDS = 4_000;
  private static final String WHOLE =
      """
      { "inbounds": [ {
          "protocol": "vmess", "port": "20000-20100", "listen": "::1", "tag": "x",
          "allocate": { "strategy": "random", "refresh": 5, "concurrency": 3 },
          "streamSettings": { "network": "tcp", "security": "none" },
          "settings": %s } ] }
      """
          .formatted(InboundJsonTest.DOCUMENTED);

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void nothingButASettingsExceptionComesOut(long seed) {
    Random random = new Random(seed);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String text = VnextJsonFuzzTest.mutated(WHOLE, random);
      try {
        InboundJson.read(text, warning -> assertThat(warning).doesNotContain(SECRET));
      } catch (SettingsException e) {
        refused++;
        assertThat(e.getMessage()).doesNotContain(SECRET).doesNotContain("\n");
      } catch (RuntimeException | StackOverflowError e) {
        fail("seed " + seed + ", round " + round + ": " + text, e);
      }
    }
    assertThat(refused).isBetween(ROUNDS / 4, ROUNDS - 1);
  }
}
