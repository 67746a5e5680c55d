package io.vmessproxy.common.vmess.body;

import io.netty.buffer.ByteBuf;

/** Turns one direction's plaintext into a VMess body. Belongs to one event loop. */
public interface BodyEncoder {
  /**
   * Consumes all of {@code payload} and appends it, sealed, to {@code out}: whole chunks of at most
   * 15000 bytes of payload each, none for an empty payload. Does not release {@code payload}.
   */
  void encode(ByteBuf payload, ByteBuf out);

  /** An upper bound for what {@link #encode} appends for that many bytes of payload. */
  int sealedBytes(int payloadBytes);

  /**
   * Appends the end of the stream to {@code out}, where this body has one: at most 81 bytes. Then
   * nothing more is encoded.
   */
  void end(ByteBuf out);
}
