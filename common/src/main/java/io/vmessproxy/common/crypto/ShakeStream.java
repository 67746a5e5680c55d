package io.vmessproxy.common.crypto;

import org.bouncycastle.crypto.digests.SHAKEDigest;

/**
 * The output of SHAKE128 over a seed, read as a sequence of 16-bit big-endian words. One thread at
 * a time. Source: FIPS 202.
 */
public final class ShakeStream {
  /** What one permutation yields. */
  private static final int BLOCK_BYTES = 168;

  private final SHAKEDigest shake = new SHAKEDigest(128);
  private final byte[] block = new byte[BLOCK_BYTES];
  private int next = BLOCK_BYTES;

  public ShakeStream(byte[] seed) {
    shake.update(seed, 0, seed.length);
  }

  /** The next word, 0 to 65535. */
  public int nextUint16() {
    if (next == BLOCK_BYTES) {
      shake.doOutput(block, 0, BLOCK_BYTES);
      next = 0;
    }
    int word = ((block[next] & 0xff) << 8) | (block[next + 1] & 0xff);
    next += 2;
    return word;
  }
}
