package io.vmessproxy.client.transport.ws;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import java.util.List;

/**
 * Turns frames into the bytes they carry, as they come, and into {@link PingWebSocketFrame}s and
 * one {@link CloseWebSocketFrame}, after which it takes no more.
 *
 * <pre>
 *   1 byte           1 byte                  0, 2 or 8 bytes           0 or 4 bytes
 * +----------------+-----------------------+-------------------------+--------------+---------+
 * | fin, 3 zero    | masked, length; 126,  | length if it is above   | mask, from   | payload |
 * | bits, opcode   | 127: it stands behind | 125                     | a client     |         |
 * +----------------+-----------------------+-------------------------+--------------+---------+
 * </pre>
 *
 * <p>Netty's own decoder hands on whole frames alone. A peer may put as much into one as it likes,
 * a stranger too: here no frame is kept, whatever its length.
 *
 * <p>Source: RFC 6455, section 5.
 */
final class FrameDecoder extends ByteToMessageDecoder {
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  private static final int FIN = 0x80;
  private static final int RESERVED = 0x70;
  private static final int MASKED = 0x80;
  private static final int SHORT_LENGTH = 126;
  private static final int LONG_LENGTH = 127;
  private static final int MASK_BYTES = 4;
  private static final int MAX_CONTROL_BYTES = 125;

  private enum State {
    HEADER,
    DATA,
    CONTROL,
    ENDED
  }

  private final boolean masked;

  private State state = State.HEADER;
  private int opcode; // of the frame being read
  private long left; // of its payload, bytes
  private int mask; // turned so that it fits the next byte
  private boolean open; // A message's last fragment is yet to come.

  /**
   * @param masked whether the peer is the client
   */
  FrameDecoder(boolean masked) {
    this.masked = masked;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    try {
      switch (state) {
        case HEADER -> readHeader(in, out);
        case DATA -> readData(in, out);
        case CONTROL -> readControl(in, out);
        case ENDED -> in.skipBytes(in.readableBytes());
      }
    } catch (WsException e) {
      state = State.ENDED; // Netty decodes the rest once more at close; one report is enough.
      throw e;
    }
  }

  private void readHeader(ByteBuf in, List<Object> out) {
    if (in.readableBytes() < 2 || in.readableBytes() < headerBytes(in)) {
      return;
    }
    int first = in.readUnsignedByte();
    int second = in.readUnsignedByte();
    opcode = first & 0x0f;
    left =
        switch (second & ~MASKED) {
          case SHORT_LENGTH -> in.readUnsignedShort();
          case LONG_LENGTH -> in.readLong();
          default -> second & ~MASKED;
        };
    check(first, second);
    mask = masked ? in.readInt() : 0;
    if (opcode < CLOSE) {
      open = (first & FIN) == 0;
      state = left == 0 ? State.HEADER : State.DATA;
    } else {
      state = State.CONTROL;
      // Straight on: an empty one is whole already, and no call comes before the next byte.
      readControl(in, out);
    }
  }

  private int headerBytes(ByteBuf in) {
    int length = in.getByte(in.readerIndex() + 1) & ~MASKED & 0xff;
    int lengthBytes = length == SHORT_LENGTH ? Short.BYTES : length == LONG_LENGTH ? Long.BYTES : 0;
    return 2 + lengthBytes + (masked ? MASK_BYTES : 0);
  }

  private void check(int first, int second) {
    if ((first & RESERVED) != 0) {
      throw new WsException("frame: reserved bits (expected: none, as no extension is agreed)");
    }
    if (((second & MASKED) != 0) != masked) {
      throw new WsException("frame: mask (expected: from a client, and only from one)");
    }
    if (left < 0) {
      throw new WsException("frame: length above 2^63");
    }
    switch (opcode) {
      case CONTINUATION -> checkFragment(open, "a continuation of no message");
      case TEXT, BINARY -> checkFragment(!open, "a message within another");
      case CLOSE, PING, PONG ->
          checkFragment((first & FIN) != 0 && left <= MAX_CONTROL_BYTES, "a long control frame");
      default -> throw new WsException("frame: opcode 0x%x".formatted(opcode));
    }
  }

  private static void checkFragment(boolean right, String what) {
    if (!right) {
      throw new WsException("frame: " + what);
    }
  }

  private void readData(ByteBuf in, List<Object> out) {
    int length = (int) Math.min(left, in.readableBytes());
    if (length == 0) {
      return;
    }
    ByteBuf piece = in.readRetainedSlice(length);
    unmask(piece);
    left -= length;
    if (left == 0) {
      state = State.HEADER;
    }
    out.add(piece);
  }

  private void readControl(ByteBuf in, List<Object> out) {
    if (in.readableBytes() < left) {
      return;
    }
    state = State.HEADER;
    int length = (int) left;
    if (opcode == PONG) {
      in.skipBytes(length); // We asked for none, but it is allowed.
      return;
    }
    if (opcode == CLOSE) {
      if (length == 1) {
        throw new WsException("frame: close code of 1 byte");
      }
      state = State.ENDED;
    }
    ByteBuf payload = in.readRetainedSlice(length);
    unmask(payload);
    out.add(
        opcode == PING
            ? new PingWebSocketFrame(payload)
            : new CloseWebSocketFrame(true, 0, payload));
  }

  /** In place: the bytes are ours, and nobody reads them masked. */
  private void unmask(ByteBuf bytes) {
    if (mask == 0) {
      return;
    }
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    long twice = ((long) mask << Integer.SIZE) | (mask & 0xffffffffL);
    for (; end - at >= Long.BYTES; at += Long.BYTES) {
      bytes.setLong(at, bytes.getLong(at) ^ twice);
    }
    for (; at < end; at++) {
      bytes.setByte(at, bytes.getByte(at) ^ (mask >>> (Integer.SIZE - Byte.SIZE)));
      mask = Integer.rotateLeft(mask, Byte.SIZE);
    }
  }
}
