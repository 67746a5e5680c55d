package io.vmessproxy.client.transport.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Collects what comes until a head is whole: at most {@value Head#MAX_BYTES} bytes, and what else
 * was read with its end.
 */
final class HeadReader {
  private static final int EMPTY_LINE = 0x0d0a0d0a;
  private static final int EMPTY_LINE_BYTES = 4;

  private ByteBuf seen = Unpooled.EMPTY_BUFFER;
  private boolean copied; // It is a buffer of our own, not one that was read.
  private int searched; // So many of the bytes seen begin no empty line.

  /** Adds what was read; owns it from here. */
  void append(ByteBufAllocator alloc, ByteBuf in) {
    if (!seen.isReadable()) {
      seen.release();
      seen = in;
      copied = false;
      return;
    }
    if (!copied) {
      copied = true;
      ByteBuf copy = alloc.buffer(seen.readableBytes() + in.readableBytes()).writeBytes(seen);
      seen.release();
      seen = copy;
    }
    seen.writeBytes(in);
    in.release();
  }

  /** All that came and is not taken yet; remains here. */
  ByteBuf seen() {
    return seen;
  }

  /**
   * Takes the head out if it is whole, and is ready for another; null: more is needed.
   *
   * @throws HeadException if it is too long, or no head
   */
  @Nullable Head head() {
    int end = end();
    if (end > Head.MAX_BYTES || (end < 0 && seen.readableBytes() >= Head.MAX_BYTES)) {
      throw new HeadException("head: no end within %d bytes".formatted(Head.MAX_BYTES));
    }
    if (end < 0) {
      return null;
    }
    searched = 0;
    return Head.parse(seen.readSlice(end));
  }

  /** How long the head is; negative: not known yet. */
  private int end() {
    int last = Math.min(seen.readableBytes(), Head.MAX_BYTES + 1) - EMPTY_LINE_BYTES;
    for (; searched <= last; searched++) {
      if (seen.getInt(seen.readerIndex() + searched) == EMPTY_LINE) {
        return searched + EMPTY_LINE_BYTES;
      }
    }
    return -1;
  }

  /** What came behind the head; the caller owns it. */
  ByteBuf takeRest() {
    ByteBuf rest = seen;
    seen = Unpooled.EMPTY_BUFFER;
    copied = false;
    return rest;
  }

  /** Nobody wants the rest. */
  void release() {
    takeRest().release();
  }
}
