package io.vmessproxy.common.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HmacMd5Test {
  /** Vector: RFC 2202 section 2, test case 1, whose message happens to have 8 bytes. */
  @Test
  void isTheReferenceOne() {
    byte[] key = HexFormat.of().parseHex("0b".repeat(16));
    long message = ByteBuffer.wrap("Hi There".getBytes(US_ASCII)).getLong();

    assertThat(HexFormat.of().formatHex(new HmacMd5(key).of(message)))
        .isEqualTo("9294727a3638bb1c13f48ef8158bfc9d");
  }

  @Test
  void isTheJdksUnderAnyKey() throws GeneralSecurityException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      byte[] key = new byte[1 + random.nextInt(64)];
      random.nextBytes(key);
      HmacMd5 ours = new HmacMd5(key);
      Mac jdk = Mac.getInstance("HmacMD5");
      jdk.init(new SecretKeySpec(key, "HmacMD5"));
      for (int use = 0; use < 3; use++) {
        long message = random.nextLong();
        byte[] expected = jdk.doFinal(ByteBuffer.allocate(8).putLong(message).array());

        assertThat(ours.of(message)).as("seed %d", seed).isEqualTo(expected);
      }
    }
  }

  @Test
  void writesWhereItIsTold() {
    HmacMd5 hmac = new HmacMd5(new byte[16]);
    byte[] out = new byte[20];

    hmac.of(7, out, 3);

    assertThat(out).startsWith(0, 0, 0).endsWith(0).contains(hmac.of(7));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 65})
  void refusesKeysThatItWouldHaveToHash(int length) {
    assertThatThrownBy(() -> new HmacMd5(new byte[length]))
        .hasMessage("HMAC-MD5 key: %d bytes (expected: 1..64)".formatted(length));
  }
}
