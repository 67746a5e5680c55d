package io.vmessproxy.common.crypto;

import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * ChaCha20-Poly1305 with a tag of 16 bytes, from the JDK. That one refuses the nonce of the call
 * before in both directions. Source: RFC 8439.
 */
public final class ChaCha20Poly1305 extends JceAead {
  /** Length of a key. */
  public static final int KEY_BYTES = 32;

  /**
   * A cipher under {@code key}.
   *
   * @param key 32 bytes, copied
   */
  public ChaCha20Poly1305(byte[] key) {
    super("ChaCha20-Poly1305", keySpec(key));
  }

  private static SecretKeySpec keySpec(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "ChaCha20 key: %d bytes (expected: 32)".formatted(key.length));
    }
    return new SecretKeySpec(key, "ChaCha20");
  }

  @Override
  AlgorithmParameterSpec parameters(byte[] nonce) {
    return new IvParameterSpec(nonce);
  }
}
