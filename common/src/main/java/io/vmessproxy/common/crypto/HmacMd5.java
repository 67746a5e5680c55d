package io.vmessproxy.common.crypto;

import io.netty.util.concurrent.FastThreadLocal;
import org.bouncycastle.crypto.digests.MD5Digest;

/**
 * HMAC-MD5 under one key, over numbers of 8 bytes.
 *
 * <p>For tables of millions: an instance keeps the digests' states behind the key's two pads, so
 * that a call costs two runs of MD5's compression and allocates nothing. Immutable; any thread.
 * Source: RFC 2104.
 */
public final class HmacMd5 {
  /** Length of the output. */
  public static final int BYTES = 16;

  private static final int BLOCK_BYTES = 64;
  private static final byte INNER_PAD = 0x36;
  private static final byte OUTER_PAD = 0x5c;

  private static final FastThreadLocal<Working> WORKING =
      new FastThreadLocal<>() {
        @Override
        protected Working initialValue() {
          return new Working();
        }
      };

  private final MD5Digest inner;
  private final MD5Digest outer;

  /**
   * @param key 1 to 64 bytes, copied
   */
  public HmacMd5(byte[] key) {
    if (key.length == 0 || key.length > BLOCK_BYTES) {
      throw new IllegalArgumentException(
          "HMAC-MD5 key: %d bytes (expected: 1..64)".formatted(key.length));
    }
    this.inner = behindPad(key, INNER_PAD);
    this.outer = behindPad(key, OUTER_PAD);
  }

  private static MD5Digest behindPad(byte[] key, byte pad) {
    MD5Digest digest = new MD5Digest();
    for (int i = 0; i < BLOCK_BYTES; i++) {
      digest.update((byte) (i < key.length ? key[i] ^ pad : pad));
    }
    return digest;
  }

  /** The 16 bytes for {@code message}, which is hashed as 8 bytes, big endian. */
  public byte[] of(long message) {
    byte[] out = new byte[BYTES];
    of(message, out, 0);
    return out;
  }

  /** Writes the 16 bytes for {@code message}, which is hashed as 8 bytes, big endian. */
  public void of(long message, byte[] out, int offset) {
    Working working = WORKING.get();
    MD5Digest digest = working.digest;
    byte[] bytes = working.message;
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[i] = (byte) (message >>> (Long.SIZE - Byte.SIZE * (i + 1)));
    }
    digest.reset(inner);
    digest.update(bytes, 0, Long.BYTES);
    digest.doFinal(out, offset);
    digest.reset(outer);
    digest.update(out, offset, BYTES);
    digest.doFinal(out, offset);
  }

  /** What a call works with. */
  private static final class Working {
    private final MD5Digest digest = new MD5Digest();
    private final byte[] message = new byte[Long.BYTES];
  }
}
