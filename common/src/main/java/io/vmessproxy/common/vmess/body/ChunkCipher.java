package io.vmessproxy.common.vmess.body;

import io.vmessproxy.common.vmess.VmessException;

/**
 * Seals or opens the payloads of one direction's chunks, each in its turn. An instance does one of
 * the two. {@code in} and {@code out} must not overlap.
 */
interface ChunkCipher {
  /** How much longer a payload is when it is sealed, bytes. */
  int overhead();

  /** Seals the next payload; returns the bytes written, {@code length} + overhead. */
  int seal(byte[] in, int offset, int length, byte[] out, int outOffset);

  /**
   * Opens the next payload; returns the bytes written, {@code length} - overhead.
   *
   * @throws VmessException if it was not sealed so
   */
  int open(byte[] in, int offset, int length, byte[] out, int outOffset);
}
