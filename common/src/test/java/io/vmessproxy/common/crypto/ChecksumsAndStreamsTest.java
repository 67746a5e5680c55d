package io.vmessproxy.common.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.vmessproxy.common.Vectors;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChecksumsAndStreamsTest {
  static List<JsonObject> checksums() {
    List<JsonObject> cases = Vectors.of("primitives", "fnv1a32", v -> true);
    assertThat(cases).hasSize(4);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("checksums")
  void fnvIsTheReferenceOne(JsonObject vector) {
    byte[] input = Vectors.bytes(vector, "input");
    byte[] shifted = new byte[input.length + 2];
    System.arraycopy(input, 0, shifted, 1, input.length);

    assertThat("%08x".formatted(Fnv1a.of(shifted, 1, input.length)))
        .isEqualTo(Vectors.text(vector, "output"));
  }

  static List<JsonObject> cyclicChecksums() {
    List<JsonObject> cases = Vectors.of("primitives", "crc32", v -> true);
    assertThat(cases).hasSize(4);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("cyclicChecksums")
  void theJdksCrcIsTheReferenceOne(JsonObject vector) {
    CRC32 crc = new CRC32();
    crc.update(Vectors.bytes(vector, "input"));

    assertThat("%08x".formatted(crc.getValue())).isEqualTo(Vectors.text(vector, "output"));
  }

  static List<JsonObject> streams() {
    List<JsonObject> cases = Vectors.of("primitives", "shake16", v -> true);
    assertThat(cases).hasSize(4);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("streams")
  void shakeYieldsTheReferenceWordsAcrossBlocks(JsonObject vector) {
    ShakeStream stream = new ShakeStream(Vectors.bytes(vector, "seed"));
    int[] expected =
        vector.getAsJsonArray("words").asList().stream().mapToInt(e -> e.getAsInt()).toArray();

    int[] words = new int[expected.length];
    Arrays.setAll(words, i -> stream.nextUint16());

    assertThat(words).hasSize(200).containsExactly(expected);
  }

  @Test
  void bufferedRandomFillsWhatWasAskedForAndNothingElse() {
    byte[] out = new byte[10_000];

    RandomBytes.buffered().fill(out, 100, 9_000);

    assertThat(Arrays.copyOf(out, 100)).containsOnly(0);
    assertThat(Arrays.copyOfRange(out, 9_100, 10_000)).containsOnly(0);
    long zeros = 0;
    for (int i = 100; i < 9_100; i++) {
      zeros += out[i] == 0 ? 1 : 0;
    }
    assertThat(zeros).as("zeros among 9000 random bytes").isBetween(1L, 120L);
  }
}
