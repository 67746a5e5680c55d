package io.vmessproxy.common.mux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Writes frames, each into a buffer of its own.
 *
 * <pre>
 *   2        4 to 512   2       0 to 65535
 * +--------+----------+--------+------+
 * | length | metadata | length | data |
 * +--------+----------+--------+------+
 *                     \__ with data __/
 * </pre>
 */
final class MuxFrameEncoder {
  /** V2Ray writes no more at a time; some readers have no room for more. */
  static final int MAX_STREAM_DATA_BYTES = 8192;

  private MuxFrameEncoder() {}

  /** A frame without data. The caller owns it. */
  static ByteBuf encode(MuxFrame frame, ByteBufAllocator alloc) {
    ByteBuf out = alloc.directBuffer(Short.BYTES + MuxMetadata.MAX_WRITTEN_BYTES);
    writeMetadata(frame, out);
    return out;
  }

  /**
   * A frame that lacks nothing but its data: the caller appends exactly {@code dataBytes}, for
   * which there is room, and owns it.
   *
   * @param dataBytes 0 to 65535
   */
  static ByteBuf head(MuxFrame frame, int dataBytes, ByteBufAllocator alloc) {
    ByteBuf out = alloc.directBuffer(2 * Short.BYTES + MuxMetadata.MAX_WRITTEN_BYTES + dataBytes);
    writeMetadata(frame, out);
    return out.writeShort(dataBytes);
  }

  private static void writeMetadata(MuxFrame frame, ByteBuf out) {
    out.writeShort(0);
    MuxMetadata.write(frame, out);
    out.setShort(0, out.readableBytes() - Short.BYTES);
  }
}
