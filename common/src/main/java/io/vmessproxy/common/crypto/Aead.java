package io.vmessproxy.common.crypto;

/**
 * A cipher under one key that seals bytes with a tag behind them. Instances belong to one thread at
 * a time. {@code in} and {@code out} must not overlap.
 */
public interface Aead {
  /** Length of a nonce. */
  int NONCE_BYTES = 12;

  /** Length of the tag behind the sealed bytes. */
  int TAG_BYTES = 16;

  /**
   * Seals {@code length} bytes, possibly none.
   *
   * @param nonce 12 bytes, copied; not the one of the call before
   * @return bytes written: {@code length} + 16
   */
  int seal(byte[] nonce, byte[] in, int offset, int length, byte[] out, int outOffset);

  /**
   * Opens {@code length} bytes, at least the 16 of a tag.
   *
   * @param nonce 12 bytes, copied
   * @return bytes written: {@code length} - 16
   * @throws BadTagException if the tag does not fit; what {@code out} then holds is undefined
   */
  int open(byte[] nonce, byte[] in, int offset, int length, byte[] out, int outOffset)
      throws BadTagException;
}
