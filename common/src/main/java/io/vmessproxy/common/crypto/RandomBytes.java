package io.vmessproxy.common.crypto;

/** A source of random bytes; tests put a fixed one in its place. */
@FunctionalInterface
public interface RandomBytes {
  /** Fills {@code length} bytes from {@code offset}. */
  void fill(byte[] out, int offset, int length);

  /** Cryptographic randomness, drawn in bulk and kept for each thread. Any thread. */
  static RandomBytes buffered() {
    return BufferedRandom.INSTANCE;
  }
}
