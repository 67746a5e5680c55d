package io.vmessproxy.common.vmess.body;

import io.netty.buffer.ByteBuf;

/** Turns one direction's plaintext into a VMess body. Belongs to one event loop. */
public interface BodyEncoder {
  /**
   * Consumes all of {@code payload} and appends it, sealed, to {@code out}: of a stream, whole
   * chunks of at most 15000 bytes of payload each; of a datagram, one chunk. An empty payload has
   * none. Does not release {@code payload}.
   *
   * @return false if the datagram is too large for any chunk, and dropped
   */
  boolean encode(ByteBuf payload, ByteBuf out);

  /** An upper bound for what {@link #encode} appends for that many bytes of payload. */
  int sealedBytes(int payloadBytes);

  /**
   * Appends the end of the stream to {@code out}, where this body has one: at most 97 bytes. Then
   * nothing more is encoded.
   */
  void end(ByteBuf out);
}
