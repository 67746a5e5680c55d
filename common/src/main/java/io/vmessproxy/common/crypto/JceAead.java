package io.vmessproxy.common.crypto;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;

/** What the two {@link Aead}s have in common: a cipher of the JCE, initialised for each call. */
abstract class JceAead implements Aead {
  private final Cipher cipher;
  private final Key key;

  JceAead(Cipher cipher, Key key) {
    this.cipher = cipher;
    this.key = key;
  }

  /** The JCE's form of a nonce; copies it. */
  abstract AlgorithmParameterSpec parameters(byte[] nonce);

  @Override
  public final int seal(
      byte[] nonce, byte[] in, int offset, int length, byte[] out, int outOffset) {
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, parameters(nonce));
      return cipher.doFinal(in, offset, length, out, outOffset);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("seal failed", e);
    }
  }

  @Override
  public final int open(byte[] nonce, byte[] in, int offset, int length, byte[] out, int outOffset)
      throws BadTagException {
    if (length < TAG_BYTES) {
      throw new BadTagException();
    }
    try {
      cipher.init(Cipher.DECRYPT_MODE, key, parameters(nonce));
      return cipher.doFinal(in, offset, length, out, outOffset);
    } catch (AEADBadTagException e) {
      throw new BadTagException();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("open failed", e);
    }
  }
}
