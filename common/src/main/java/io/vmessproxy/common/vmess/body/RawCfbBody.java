package io.vmessproxy.common.vmess.body;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmessproxy.common.crypto.AesCfb;
import org.jspecify.annotations.Nullable;

/** A body of security aes-128-cfb without chunks: encrypted, and ended by closing only. */
final class RawCfbBody implements BodyEncoder, BodyDecoder {
  private static final int SLICE_BYTES = 1 << 14;

  private final AesCfb stream;

  RawCfbBody(AesCfb stream) {
    this.stream = stream;
  }

  @Override
  public boolean encode(ByteBuf payload, ByteBuf out) {
    pass(payload, out);
    return true;
  }

  private void pass(ByteBuf from, ByteBuf to) {
    byte[] slice = Scratch.get().input(Math.min(from.readableBytes(), SLICE_BYTES));
    while (from.isReadable()) {
      int length = Math.min(from.readableBytes(), slice.length);
      from.readBytes(slice, 0, length);
      stream.apply(slice, 0, length);
      to.writeBytes(slice, 0, length);
    }
  }

  @Override
  public int sealedBytes(int payloadBytes) {
    return payloadBytes;
  }

  @Override
  public void end(ByteBuf out) {
    // There is no mark for it.
  }

  @Override
  public @Nullable ByteBuf decode(ByteBufAllocator alloc, ByteBuf in) {
    if (!in.isReadable()) {
      return null;
    }
    ByteBuf out = alloc.buffer(in.readableBytes());
    pass(in, out);
    return out;
  }

  @Override
  public boolean ended() {
    return false;
  }

  @Override
  public boolean atBoundary() {
    return true;
  }

  @Override
  public void close() {
    // Nothing is ever kept.
  }
}
