package io.vmessproxy.common.vmess.body;

import io.vmessproxy.common.crypto.AesCfb;

/**
 * What all bytes of one direction's body pass through between chunks and wire, in their order:
 * {@link AesCfb#apply} for security aes-128-cfb, nothing for the others.
 */
@FunctionalInterface
interface WireCipher {
  /** Leaves bytes as they are. */
  WireCipher NONE = (bytes, offset, length) -> {};

  /** Encrypts or decrypts the next {@code length} bytes, in place. */
  void apply(byte[] bytes, int offset, int length);
}
