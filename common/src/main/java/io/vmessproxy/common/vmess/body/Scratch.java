package io.vmessproxy.common.vmess.body;

import io.netty.util.concurrent.FastThreadLocal;

/**
 * The arrays that a thread's encoders and decoders work on, one call at a time: the JDK's ciphers
 * are fastest on heap arrays, and nothing in them outlives a call.
 */
final class Scratch {
  private static final FastThreadLocal<Scratch> CURRENT =
      new FastThreadLocal<>() {
        @Override
        protected Scratch initialValue() {
          return new Scratch();
        }
      };

  private byte[] input = {};
  private byte[] output = {};
  private byte[] chunk = {};

  private Scratch() {}

  /** This thread's. */
  static Scratch get() {
    return CURRENT.get();
  }

  /** What goes into the cipher, at least {@code bytes} long. */
  byte[] input(int bytes) {
    if (input.length < bytes) {
      input = new byte[roundedUp(bytes)];
    }
    return input;
  }

  /** What comes out of the cipher, at least {@code bytes} long. */
  byte[] output(int bytes) {
    if (output.length < bytes) {
      output = new byte[roundedUp(bytes)];
    }
    return output;
  }

  /** A chunk that came in pieces, at least {@code bytes} long. */
  byte[] chunk(int bytes) {
    if (chunk.length < bytes) {
      chunk = new byte[roundedUp(bytes)];
    }
    return chunk;
  }

  private static int roundedUp(int bytes) {
    return Math.max(4096, Integer.highestOneBit(bytes - 1) << 1);
  }
}
