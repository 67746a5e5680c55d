package io.vmessproxy.common.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.vmessproxy.common.Vectors;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AesCfbTest {
  static List<JsonObject> streams() {
    List<JsonObject> cases = Vectors.of("primitives", "cfb", v -> true);
    assertThat(cases).hasSize(7);
    return cases;
  }

  /** Vectors: {@code primitives.json}. */
  @ParameterizedTest
  @MethodSource("streams")
  void isTheReferenceStreamCutAtEveryByte(JsonObject vector) {
    byte[] key = Vectors.bytes(vector, "key");
    byte[] iv = Vectors.bytes(vector, "iv");
    byte[] plain = Vectors.bytes(vector, "plain");
    byte[] sealed = Vectors.bytes(vector, "cipher");

    for (int cut = 0; cut <= plain.length; cut++) {
      assertThat(inTwo(AesCfb.encrypting(key, iv), plain, cut)).as("cut %d", cut).isEqualTo(sealed);
      assertThat(inTwo(AesCfb.decrypting(key, iv), sealed, cut)).as("cut %d", cut).isEqualTo(plain);
    }
  }

  private static byte[] inTwo(AesCfb stream, byte[] in, int cut) {
    byte[] out = in.clone();
    stream.apply(out, 0, cut);
    stream.apply(out, cut, out.length - cut);
    return out;
  }

  @Test
  void isTheJdksStreamInAnyPieces() throws GeneralSecurityException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] key = bytes(random, 16);
    byte[] iv = bytes(random, 16);
    byte[] plain = bytes(random, 100_000);
    Cipher jdk = Cipher.getInstance("AES/CFB/NoPadding");
    jdk.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
    byte[] expected = jdk.doFinal(plain);

    byte[] sealed = inPieces(AesCfb.encrypting(key, iv), plain, random);

    assertThat(sealed).as("seed %d", seed).isEqualTo(expected);
    assertThat(inPieces(AesCfb.decrypting(key, iv), sealed, random))
        .as("seed %d", seed)
        .isEqualTo(plain);
  }

  private static byte[] inPieces(AesCfb stream, byte[] in, Random random) {
    byte[] out = in.clone();
    for (int at = 0; at < out.length; ) {
      int length = Math.min(out.length - at, random.nextInt(random.nextInt(5000) + 1));
      stream.apply(out, at, length);
      at += length;
    }
    return out;
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  @Test
  void touchesNothingAroundItsBytes() {
    byte[] bytes = new byte[100];

    AesCfb.encrypting(new byte[16], new byte[16]).apply(bytes, 20, 50);

    assertThat(bytes).startsWith(new byte[20]).endsWith(new byte[30]);
  }

  @Test
  void refusesOtherLengths() {
    assertThatThrownBy(() -> AesCfb.encrypting(new byte[16], new byte[12]))
        .hasMessage("AES-CFB: key of 16 bytes and IV of 12 (expected: 16 and 16)");
    assertThatThrownBy(() -> AesCfb.decrypting(new byte[32], new byte[16]))
        .hasMessage("AES-CFB: key of 32 bytes and IV of 16 (expected: 16 and 16)");
  }
}
