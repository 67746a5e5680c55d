package io.vmessproxy.common.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AeadTest {
  private static final byte[] NONCE = new byte[Aead.NONCE_BYTES];

  static Stream<Supplier<Aead>> ciphers() {
    return Stream.of(
        () -> new AesGcm(new byte[AesGcm.KEY_BYTES]),
        () -> new ChaCha20Poly1305(new byte[ChaCha20Poly1305.KEY_BYTES]),
        () ->
            new ChaCha20Poly1305(
                CipherSource.jdk("ChaCha20-Poly1305"), new byte[ChaCha20Poly1305.KEY_BYTES]));
  }

  /** Vectors: McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 1 and 2. */
  @Test
  void aesGcmIsTheReferenceOne() throws BadTagException {
    byte[] key = new byte[AesGcm.KEY_BYTES];

    assertThat(AesGcm.seal(key, NONCE, new byte[0], new byte[0]))
        .asHexString()
        .isEqualToIgnoringCase("58e2fccefa7e3061367f1d57a4e7455a");
    byte[] out = new byte[32];
    assertThat(new AesGcm(key).seal(NONCE, new byte[16], 0, 16, out, 0)).isEqualTo(32);
    assertThat(out)
        .isEqualTo(
            HexFormat.of()
                .parseHex("0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf"));
    assertThat(AesGcm.open(key, NONCE, new byte[0], out)).isEqualTo(new byte[16]);
  }

  @ParameterizedTest
  @MethodSource("ciphers")
  void opensAtAnyOffsetWhatItSealed(Supplier<Aead> cipher) throws BadTagException {
    byte[] plain = {1, 2, 3, 4, 5, 6, 7};
    byte[] sealed = new byte[64];
    byte[] opened = new byte[64];

    int sealedBytes = cipher.get().seal(NONCE, plain, 2, 4, sealed, 9);
    int openedBytes = cipher.get().open(NONCE, sealed, 9, sealedBytes, opened, 3);

    assertThat(sealedBytes).isEqualTo(20);
    assertThat(openedBytes).isEqualTo(4);
    assertThat(Arrays.copyOfRange(opened, 3, 7)).containsExactly(3, 4, 5, 6);
  }

  @ParameterizedTest
  @MethodSource("ciphers")
  void refusesAnyChangedByte(Supplier<Aead> cipher) {
    byte[] sealed = new byte[21];
    int sealedBytes = cipher.get().seal(NONCE, new byte[5], 0, 5, sealed, 0);

    for (int i = 0; i < sealedBytes; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> cipher.get().open(NONCE, changed, 0, sealedBytes, new byte[64], 0))
          .isInstanceOf(BadTagException.class)
          .hasMessage("the tag does not fit");
    }
  }

  @ParameterizedTest
  @MethodSource("ciphers")
  void refusesFewerBytesThanATag(Supplier<Aead> cipher) {
    assertThatThrownBy(() -> cipher.get().open(NONCE, new byte[15], 0, 15, new byte[64], 0))
        .isInstanceOf(BadTagException.class);
  }

  @Test
  void refusesAnotherAssociatedByte() {
    byte[] key = new byte[AesGcm.KEY_BYTES];
    key[0] = 1; // The JDK seals nothing twice under one key and nonce.
    byte[] sealed = AesGcm.seal(key, NONCE, new byte[] {1}, new byte[5]);

    assertThatThrownBy(() -> AesGcm.open(key, NONCE, new byte[] {2}, sealed))
        .isInstanceOf(BadTagException.class);
  }

  @Test
  void refusesKeysOfOtherLengths() {
    assertThatThrownBy(() -> new AesGcm(new byte[32]))
        .hasMessage("AES key: 32 bytes (expected: 16)");
    assertThatThrownBy(() -> new ChaCha20Poly1305(new byte[16]))
        .hasMessage("ChaCha20 key: 16 bytes (expected: 32)");
    assertThatThrownBy(() -> new AesBlock(new byte[15]))
        .hasMessage("AES key: 15 bytes (expected: 16)");
    assertThatThrownBy(() -> new AesBlock(new byte[16]).encrypt(new byte[17]))
        .hasMessage("AES block: 17 bytes (expected: 16)");
  }
}
