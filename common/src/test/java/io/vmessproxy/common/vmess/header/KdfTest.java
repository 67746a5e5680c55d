package io.vmessproxy.common.vmess.header;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.vmessproxy.common.Vectors;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KdfTest {
  /** Vector: v2ray-core, proxy/vmess/aead/kdf_test.go. */
  @Test
  void derivesTheReferenceKeyThroughThreePathElements() {
    byte[] derived =
        Kdf.derive(
            "Demo Key for KDF Value Test".getBytes(US_ASCII),
            "Demo Path for KDF Value Test".getBytes(US_ASCII),
            "Demo Path for KDF Value Test2".getBytes(US_ASCII),
            "Demo Path for KDF Value Test3".getBytes(US_ASCII));

    assertThat(HexFormat.of().formatHex(derived))
        .isEqualTo("53e9d7e1bd7bd25022b71ead07d8a596efc8a845c7888652fd684b4903dc8892");
  }

  static List<JsonObject> paths() {
    List<JsonObject> cases = Vectors.of("primitives", "kdf", v -> true);
    assertThat(cases).hasSize(8);
    return cases;
  }

  /** Vectors: {@code primitives.json}; with no path, and with elements longer than a block. */
  @ParameterizedTest
  @MethodSource("paths")
  void derivesThroughAnyPath(JsonObject vector) {
    byte[][] path = Vectors.list(vector, "path").toArray(new byte[0][]);

    byte[] derived = Kdf.derive(Vectors.bytes(vector, "key"), path);

    assertThat(derived).isEqualTo(Vectors.bytes(vector, "output"));
  }
}
