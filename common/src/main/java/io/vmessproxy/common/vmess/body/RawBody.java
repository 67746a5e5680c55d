package io.vmessproxy.common.vmess.body;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/** A body without any format: bytes travel as they are, and closing is the only end. */
final class RawBody implements BodyEncoder, BodyDecoder {
  @Override
  public boolean encode(ByteBuf payload, ByteBuf out) {
    out.writeBytes(payload);
    return true;
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
    return in.isReadable() ? in.readRetainedSlice(in.readableBytes()) : null;
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
