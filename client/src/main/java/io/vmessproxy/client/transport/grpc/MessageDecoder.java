package io.vmessproxy.client.transport.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.LateFailure;
import io.vmessproxy.client.transport.TransportException;

/**
 * Takes the pieces out of messages, of one piece or of several: what comes in is cut anywhere, what
 * goes out are the pieces' bytes as they come. Holds no bytes back.
 *
 * <pre>
 *   1 byte       4 bytes   fields, as many as there is room for
 * +------------+---------+----------------------------------------+
 * | compressed | length  | tag, a varint; what the tag's type says |
 * +------------+---------+----------------------------------------+
 * </pre>
 *
 * <p>Fields other than the pieces' are passed over. Source: as {@link MessageEncoder}; Protocol
 * Buffers, "Encoding".
 */
final class MessageDecoder extends ChannelInboundHandlerAdapter {
  /** Go's servers and clients take no larger ones. */
  static final int MAX_MESSAGE_BYTES = 4 << 20;

  private static final int PREFIX_BYTES = 5;
  private static final int MAX_VARINT_BYTES = 10;
  private static final int MAX_LENGTH_BYTES = 5;
  private static final int FIELD_1_BYTES = 0x0a;

  private enum State {
    PREFIX,
    TAG,
    LENGTH,
    PIECE,
    SKIPPED_VARINT,
    SKIPPED_BYTES,
    FAILED
  }

  private State state = State.PREFIX;
  private int prefixRead; // bytes of the prefix
  private int messageLeft; // bytes of the message behind the prefix; while it is read, its length
  private long varint; // what is read of it
  private int varintRead; // bytes of it
  private boolean piece; // the field whose length is read is a piece
  private int fieldLeft; // bytes of the field

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf in = (ByteBuf) msg;
    try {
      while (in.isReadable() && state != State.FAILED) {
        switch (state) {
          case PREFIX -> readPrefix(in.readUnsignedByte());
          case TAG -> readTag(in.readUnsignedByte());
          case LENGTH -> readLength(in.readUnsignedByte());
          case PIECE -> ctx.fireChannelRead(in.readRetainedSlice(take(in)));
          case SKIPPED_VARINT -> skipVarint(in.readUnsignedByte());
          case SKIPPED_BYTES -> in.skipBytes(take(in));
          case FAILED -> {}
        }
      }
    } catch (GrpcException e) {
      state = State.FAILED;
      LateFailure.note(
          ctx.channel(),
          new TransportException(Failure.TRANSPORT, "grpc", String.valueOf(e.getMessage()), ""));
      throw e;
    } finally {
      in.release();
    }
  }

  private void readPrefix(int octet) {
    if (prefixRead == 0 && octet != 0) {
      throw new GrpcException("message: compressed flag %d (expected: 0, none)".formatted(octet));
    }
    messageLeft = messageLeft << 8 | octet;
    prefixRead++;
    if (prefixRead < PREFIX_BYTES) {
      return;
    }
    prefixRead = 0;
    if (messageLeft < 0 || messageLeft > MAX_MESSAGE_BYTES) {
      throw new GrpcException(
          "message: %d bytes (expected: <= %d)"
              .formatted(Integer.toUnsignedLong(messageLeft), MAX_MESSAGE_BYTES));
    }
    nextField();
  }

  private void readTag(int octet) {
    if (!readVarint(octet, MAX_LENGTH_BYTES)) {
      return;
    }
    int type = (int) (varint & 7);
    piece = varint == FIELD_1_BYTES;
    switch (type) {
      case 0 -> varint(State.SKIPPED_VARINT);
      case 1 -> field(State.SKIPPED_BYTES, Long.BYTES);
      case 2 -> varint(State.LENGTH);
      case 5 -> field(State.SKIPPED_BYTES, Integer.BYTES);
      default -> throw new GrpcException("field: type %d (expected: 0, 1, 2 or 5)".formatted(type));
    }
  }

  private void varint(State kind) {
    expectMore();
    state = begin(kind);
  }

  private void readLength(int octet) {
    if (readVarint(octet, MAX_LENGTH_BYTES)) {
      field(piece ? State.PIECE : State.SKIPPED_BYTES, varint);
    }
  }

  private void skipVarint(int octet) {
    if (readVarint(octet, MAX_VARINT_BYTES)) {
      nextField();
    }
  }

  /** Returns whether the octet was the varint's last. */
  private boolean readVarint(int octet, int maxBytes) {
    messageLeft--;
    varint |= (octet & 0x7fL) << (7 * varintRead);
    varintRead++;
    if ((octet & 0x80) == 0) {
      return true;
    }
    if (varintRead == maxBytes) {
      throw new GrpcException("varint: longer than %d bytes".formatted(maxBytes));
    }
    expectMore();
    return false;
  }

  private void expectMore() {
    if (messageLeft == 0) {
      throw new GrpcException("message: ends inside a field");
    }
  }

  /** A field's bytes come, or none. */
  private void field(State kind, long bytes) {
    if (bytes > messageLeft) {
      throw new GrpcException(
          "field: %d bytes (expected: <= %d, the rest of its message)"
              .formatted(bytes, messageLeft));
    }
    fieldLeft = (int) bytes;
    messageLeft -= fieldLeft;
    state = kind;
    if (fieldLeft == 0) {
      nextField();
    }
  }

  /** How many of a field's bytes are here; counts them off. */
  private int take(ByteBuf in) {
    int taken = Math.min(fieldLeft, in.readableBytes());
    fieldLeft -= taken;
    if (fieldLeft == 0) {
      nextField();
    }
    return taken;
  }

  private void nextField() {
    state = begin(messageLeft == 0 ? State.PREFIX : State.TAG);
  }

  private State begin(State next) {
    varint = 0;
    varintRead = 0;
    return next;
  }
}
