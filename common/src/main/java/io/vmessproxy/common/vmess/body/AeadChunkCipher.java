package io.vmessproxy.common.vmess.body;

import io.vmessproxy.common.crypto.Aead;
import io.vmessproxy.common.crypto.BadTagException;
import io.vmessproxy.common.crypto.ChaCha20Poly1305;
import io.vmessproxy.common.crypto.Digests;
import io.vmessproxy.common.vmess.VmessException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Payloads sealed by an {@link Aead}, no associated data, each under a nonce of its own.
 *
 * <pre>
 *   2       10
 * +-------+-----------------+
 * | count | IV bytes 2..11  |   count: of chunks before this one, from 0; 65535 is followed by 0
 * +-------+-----------------+
 * </pre>
 *
 * <p>Source: VMess specification, "Data Section"; the wrap-around as in v2ray-core 4.34.
 */
final class AeadChunkCipher implements ChunkCipher {
  private final Aead aead;
  private final String sealed;
  private final byte[] nonce;
  private int count;

  /**
   * @param sealed what is sealed, for messages: "payload"
   * @param iv 16 bytes
   */
  AeadChunkCipher(Aead aead, String sealed, byte[] iv) {
    this.aead = aead;
    this.sealed = sealed;
    this.nonce = Arrays.copyOf(iv, Aead.NONCE_BYTES);
  }

  /** The 32-byte ChaCha20 key that follows from a key of 16 bytes. */
  static byte[] chaCha20Key(byte[] key) {
    MessageDigest md5 = Digests.md5();
    byte[] first = md5.digest(key);
    byte[] second = md5.digest(first);
    byte[] joined = Arrays.copyOf(first, ChaCha20Poly1305.KEY_BYTES);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  @Override
  public int overhead() {
    return Aead.TAG_BYTES;
  }

  @Override
  public int seal(byte[] in, int offset, int length, byte[] out, int outOffset) {
    return aead.seal(nextNonce(), in, offset, length, out, outOffset);
  }

  @Override
  public int open(byte[] in, int offset, int length, byte[] out, int outOffset) {
    try {
      return aead.open(nextNonce(), in, offset, length, out, outOffset);
    } catch (BadTagException e) {
      throw new VmessException(
          "chunk %d: the tag of its %s (%d sealed bytes) does not fit"
              .formatted(count - 1, sealed, length));
    }
  }

  private byte[] nextNonce() {
    nonce[0] = (byte) (count >>> 8);
    nonce[1] = (byte) count;
    count++;
    return nonce;
  }
}
