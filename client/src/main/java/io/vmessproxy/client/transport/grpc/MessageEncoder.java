package io.vmessproxy.client.transport.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Puts the bytes that are written into messages of one piece each; both forms of message read them.
 *
 * <pre>
 *   1 byte   4 bytes   1 byte   1 to 3 bytes   n bytes
 * +--------+---------+--------+--------------+--------+
 * | 0x00   | length  | 0x0A   | n, a varint  | piece  |   length counts all that follows it
 * +--------+---------+--------+--------------+--------+
 * </pre>
 *
 * <p>Source: gRPC over HTTP/2, "Length-Prefixed-Message"; V2Ray 5.52,
 * transport/internet/grpc/encoding/stream.proto.
 */
final class MessageEncoder extends ChannelOutboundHandlerAdapter {
  /** A message of so many bytes is no burden to any peer. */
  static final int MAX_PIECE_BYTES = 32 * 1024 - 16;

  private static final int MAX_HEAD_BYTES = 9;
  private static final int NOT_COMPRESSED = 0;
  private static final int FIELD_1_BYTES = 0x0a;

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    ByteBuf bytes = (ByteBuf) msg;
    if (!bytes.isReadable()) {
      // A message without a piece makes some readers lose their place.
      ctx.write(bytes, promise);
      return;
    }
    // One write: a write may lead to others before it returns, which must not come in between.
    int messages = (bytes.readableBytes() - 1) / MAX_PIECE_BYTES + 1;
    CompositeByteBuf out = ctx.alloc().compositeBuffer(2 * messages);
    while (bytes.readableBytes() > MAX_PIECE_BYTES) {
      out.addComponent(true, head(ctx, MAX_PIECE_BYTES));
      out.addComponent(true, bytes.readRetainedSlice(MAX_PIECE_BYTES));
    }
    out.addComponent(true, head(ctx, bytes.readableBytes()));
    out.addComponent(true, bytes);
    ctx.write(out, promise);
  }

  private static ByteBuf head(ChannelHandlerContext ctx, int pieceBytes) {
    int varintBytes = pieceBytes < 1 << 7 ? 1 : pieceBytes < 1 << 14 ? 2 : 3;
    ByteBuf head = ctx.alloc().buffer(MAX_HEAD_BYTES);
    head.writeByte(NOT_COMPRESSED);
    head.writeInt(1 + varintBytes + pieceBytes);
    head.writeByte(FIELD_1_BYTES);
    int left = pieceBytes;
    while (left > 0x7f) {
      head.writeByte((left & 0x7f) | 0x80);
      left >>>= 7;
    }
    head.writeByte(left);
    return head;
  }
}
