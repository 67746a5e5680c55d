package io.vmessproxy.common.vmess.body;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmessproxy.common.vmess.VmessException;
import org.jspecify.annotations.Nullable;

/**
 * Turns one direction's VMess body into plaintext. Belongs to one event loop; {@link #close} it
 * when the stream is over.
 */
public interface BodyDecoder {
  /**
   * Consumes {@code in}: of a stream all of it, of datagrams no more than the next one, so call
   * again while {@code in} is readable. Does not release it. After the end of the stream, or after
   * an exception, bytes are dropped.
   *
   * @return the plaintext of all chunks that are whole now, or one datagram, which the caller owns;
   *     null if none is
   * @throws VmessException if the bytes are no body of this session
   */
  @Nullable ByteBuf decode(ByteBufAllocator alloc, ByteBuf in);

  /** Whether the sender has ended the stream. A raw body is ended by closing only. */
  boolean ended();

  /** Whether the stream may close now without a chunk being cut. */
  boolean atBoundary();

  /** Releases the bytes of a chunk that never became whole; may be called twice. */
  void close();
}
