package io.vmessproxy.common.vmess.body;

/**
 * How one direction's chunks are made or read: parts with a state of their own, in use by one
 * encoder or decoder.
 */
record ChunkFormat(ChunkCipher cipher, ChunkSizes sizes, WireCipher wire, Unit unit) {
  /**
   * The largest size that every peer can read: 16 bits, even where a sealed size could tell more.
   */
  static final int MAX_SIZE = 0xffff;

  /** What a chunk carries. */
  enum Unit {
    /** Some bytes of a stream. */
    STREAM_PART,
    /** One datagram, whole. */
    DATAGRAM
  }
}
