package io.vmessproxy.common.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.util.concurrent.FastThreadLocal;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.spec.AlgorithmParameterSpec;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-128 in GCM mode with a tag of 16 bytes, from the JDK or a faster library.
 *
 * <p>An instance is for many calls under one key; the static methods are for one call each under a
 * key that is used once. Source: NIST SP 800-38D.
 */
public final class AesGcm extends JceAead {
  /** Length of a key. */
  public static final int KEY_BYTES = 16;

  /**
   * Corretto is asked for where a user has put it on the class path; it comes with nothing here.
   */
  private static final CipherSource SOURCE =
      CipherSource.choose(
          "AES/GCM/NoPadding",
          // "The Galois/Counter Mode of Operation", test case 2.
          new CipherSource.KnownAnswer(
              new SecretKeySpec(new byte[KEY_BYTES], "AES"),
              new GCMParameterSpec(TAG_BYTES * Byte.SIZE, new byte[NONCE_BYTES]),
              new GCMParameterSpec(TAG_BYTES * Byte.SIZE, "another one ".getBytes(US_ASCII)),
              "00000000000000000000000000000000",
              "",
              "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf"),
          List.of("com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider"));

  /** Getting an instance costs more than sealing a header with it. */
  private static final FastThreadLocal<Cipher> ONCE =
      new FastThreadLocal<>() {
        @Override
        protected Cipher initialValue() {
          return SOURCE.newCipher();
        }
      };

  /**
   * A cipher under {@code key}.
   *
   * @param key 16 bytes, copied
   */
  public AesGcm(byte[] key) {
    this(SOURCE, key);
  }

  AesGcm(CipherSource source, byte[] key) {
    super(source.newCipher(), keySpec(key));
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

  /** Who computes it; null: the JDK. */
  static @Nullable Provider provider() {
    return SOURCE.provider();
  }

  @Override
  AlgorithmParameterSpec parameters(byte[] nonce) {
    return new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce);
  }
}
