package io.vmessproxy.client.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.vmessproxy.client.settings.SettingsException;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VnextJsonFuzzTest {
  private static final String PIECES =
      "{}[]\",:/*\\ \n0123456789.e-+abcnulltruefalse'#\u0000\uffff";
  private static final String SECRET = "7e62-4138";
  private static final int ROUNDS = 4_000;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void nothingButASettingsExceptionComesOut(long seed) {
    Random random = new Random(seed);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String text =
          mutated(
              seed % 2 == 0 ? OutboundJsonTest.CONFIGURATION : VnextJsonTest.DOCUMENTED, random);
      try {
        VnextJson.read(
            text,
            warning -> assertThat(warning).doesNotContain(SECRET),
            note -> assertThat(note).doesNotContain(SECRET));
      } catch (SettingsException e) {
        refused++;
        assertThat(e.getMessage()).doesNotContain(SECRET).doesNotContain("\n");
      } catch (RuntimeException | StackOverflowError e) {
        fail("seed " + seed + ", round " + round + ": " + text, e);
      }
    }
    assertThat(refused).isBetween(ROUNDS / 4, ROUNDS - 1);
  }

  /** The text with some changes. Its first brace stays, or it would be a file's name. */
  static String mutated(String json, Random random) {
    StringBuilder text = new StringBuilder(json.substring(1));
    int changes = random.nextInt(5);
    for (int i = 0; i < changes && !text.isEmpty(); i++) {
      int at = random.nextInt(text.length());
      char piece = PIECES.charAt(random.nextInt(PIECES.length()));
      switch (random.nextInt(5)) {
        case 0 -> text.setCharAt(at, piece);
        case 1 -> text.insert(at, piece);
        case 2 -> text.deleteCharAt(at);
        case 3 -> text.insert(at, text.substring(at, Math.min(text.length(), at + 40)));
        default -> text.setLength(Math.max(at, 1));
      }
    }
    return "{" + text;
  }
}
