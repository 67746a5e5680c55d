package io.vmessproxy.common.crypto;

import io.netty.util.concurrent.FastThreadLocal;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-128 in GCM mode with a tag of 16 bytes, from the JDK.
 *
 * <p>An instance is for many calls under one key; the static methods are for one call each under a
 * key that is used once. Source: NIST SP 800-38D.
 */
public final class AesGcm extends JceAead {
  /** Length of a key. */
  public static final int KEY_BYTES = 16;

  private static final String TRANSFORMATION = "AES/GCM/NoPadding";

  /** Getting an instance costs more than sealing a header with it. */
  private static final FastThreadLocal<Cipher> ONCE =
      new FastThreadLocal<>() {
        @Override
        protected Cipher initialValue() {
          return newCipher(TRANSFORMATION);
        }
      };

  /**
   * A cipher under {@code key}.
   *
   * @param key 16 bytes, copied
   */
  public AesGcm(byte[] key) {
    super(TRANSFORMATION, keySpec(key));
  }

  /**
   * Seals all of {@code plain}, any thread; key and nonce are not both those of the thread's call
   * before.
   *
   * @param associated bytes that the tag covers, too; possibly none
   * @return the sealed bytes, 16 more than {@code plain}
   */
  public static byte[] seal(byte[] key, byte[] nonce, byte[] associated, byte[] plain) {
    try {
      return once(Cipher.ENCRYPT_MODE, key, nonce, associated).doFinal(plain);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("seal failed", e);
    }
  }

  /**
   * Opens all of {@code sealed}, any thread.
   *
   * @param associated bytes that the tag covers, too; possibly none
   * @return the plain bytes, 16 fewer than {@code sealed}
   * @throws BadTagException if the tag does not fit, or there are fewer than its 16 bytes
   */
  public static byte[] open(byte[] key, byte[] nonce, byte[] associated, byte[] sealed)
      throws BadTagException {
    if (sealed.length < TAG_BYTES) {
      throw new BadTagException();
    }
    try {
      return once(Cipher.DECRYPT_MODE, key, nonce, associated).doFinal(sealed);
    } catch (AEADBadTagException e) {
      throw new BadTagException();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("open failed", e);
    }
  }

  private static Cipher once(int mode, byte[] key, byte[] nonce, byte[] associated)
      throws GeneralSecurityException {
    Cipher cipher = ONCE.get();
    cipher.init(mode, keySpec(key), new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
    if (associated.length > 0) {
      cipher.updateAAD(associated);
    }
    return cipher;
  }

  private static SecretKeySpec keySpec(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("AES key: %d bytes (expected: 16)".formatted(key.length));
    }
    return new SecretKeySpec(key, "AES");
  }

  @Override
  AlgorithmParameterSpec parameters(byte[] nonce) {
    return new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce);
  }
}
