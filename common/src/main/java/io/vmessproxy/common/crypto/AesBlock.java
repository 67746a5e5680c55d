package io.vmessproxy.common.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-128 on single blocks of 16 bytes under one key, whose schedules are made once. For values
 * that never repeat; it is no mode of operation. Any thread.
 */
public final class AesBlock {
  /** Length of a block. */
  public static final int BYTES = 16;

  private final SecretKeySpec key;
  // Each end of a connection needs one of the two only.
  private @Nullable Cipher encrypting;
  private @Nullable Cipher decrypting;

  /**
   * A cipher under {@code key}.
   *
   * @param key 16 bytes, copied
   */
  public AesBlock(byte[] key) {
    if (key.length != AesGcm.KEY_BYTES) {
      throw new IllegalArgumentException("AES key: %d bytes (expected: 16)".formatted(key.length));
    }
    this.key = new SecretKeySpec(key, "AES");
  }

  /** Encrypts one block of 16 bytes into a new array. */
  public synchronized byte[] encrypt(byte[] block) {
    if (encrypting == null) {
      encrypting = cipher(Cipher.ENCRYPT_MODE);
    }
    return apply(encrypting, block);
  }

  /** Decrypts one block of 16 bytes into a new array. */
  public synchronized byte[] decrypt(byte[] block) {
    if (decrypting == null) {
      decrypting = cipher(Cipher.DECRYPT_MODE);
    }
    return apply(decrypting, block);
  }

  private Cipher cipher(int mode) {
    try {
      // One block at a time: there is no pattern across blocks that a mode would have to hide.
      Cipher cipher = CipherSource.jdk("AES/ECB/NoPadding").newCipher();
      cipher.init(mode, key);
      return cipher;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES failed", e);
    }
  }

  private static byte[] apply(Cipher cipher, byte[] block) {
    if (block.length != BYTES) {
      throw new IllegalArgumentException(
          "AES block: %d bytes (expected: 16)".formatted(block.length));
    }
    try {
      byte[] out = new byte[BYTES];
      cipher.doFinal(block, 0, BYTES, out, 0);
      return out;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES failed", e);
    }
  }
}
