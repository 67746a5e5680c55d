package io.vmessproxy.common.vmess.body;

import io.netty.buffer.ByteBuf;
import io.vmessproxy.common.crypto.RandomBytes;
import io.vmessproxy.common.vmess.body.ChunkFormat.Unit;

/**
 * Cuts plaintext into chunks.
 *
 * <pre>
 *   2 or 18  size - padding      padding
 * +--------+-------------------+---------+
 * | size   | sealed payload    | random  |   size counts all that follows it
 * +--------+-------------------+---------+
 * </pre>
 *
 * <p>Source: VMess specification, "Data Section", standard format; padding as in v2ray-core 4.34.
 */
final class ChunkEncoder implements BodyEncoder {
  /** What sing-box writes, so every known reader takes it: that one's buffer is the smallest. */
  static final int MAX_PAYLOAD_BYTES = 15000;

  private static final int NOT_DRAWN = -1;

  /** Whether an empty chunk ends the stream, or closing alone does. */
  enum End {
    CHUNK,
    CLOSE
  }

  private final ChunkCipher cipher;
  private final ChunkSizes sizes;
  private final WireCipher wire;
  private final Unit unit;
  private final RandomBytes padding;
  private final End end;
  private int nextPadding = NOT_DRAWN;
  private boolean ended;

  ChunkEncoder(ChunkFormat format, RandomBytes padding, End end) {
    this.cipher = format.cipher();
    this.sizes = format.sizes();
    this.wire = format.wire();
    this.unit = format.unit();
    this.padding = padding;
    this.end = end;
  }

  @Override
  public boolean encode(ByteBuf payload, ByteBuf out) {
    if (ended) {
      throw new IllegalStateException("body: payload after its end");
    }
    return switch (unit) {
      case STREAM_PART -> encodeStream(payload, out);
      case DATAGRAM -> encodeDatagram(payload, out);
    };
  }

  private boolean encodeStream(ByteBuf payload, ByteBuf out) {
    out.ensureWritable(sealedBytes(payload.readableBytes()));
    Scratch scratch = Scratch.get();
    byte[] plain = scratch.input(MAX_PAYLOAD_BYTES);
    while (payload.isReadable()) {
      int length = Math.min(payload.readableBytes(), MAX_PAYLOAD_BYTES);
      payload.readBytes(plain, 0, length);
      writeChunk(scratch, plain, length, out);
    }
    return true;
  }

  private boolean encodeDatagram(ByteBuf payload, ByteBuf out) {
    int length = payload.readableBytes();
    if (length == 0) {
      return true; // An empty chunk would be the end.
    }
    // Drawn, it belongs to the next chunk, whichever datagram that carries.
    nextPadding = takePadding();
    if (length + cipher.overhead() + nextPadding > ChunkFormat.MAX_SIZE) {
      payload.skipBytes(length);
      return false;
    }
    Scratch scratch = Scratch.get();
    byte[] plain = scratch.input(length);
    payload.readBytes(plain, 0, length);
    writeChunk(scratch, plain, length, out);
    return true;
  }

  private void writeChunk(Scratch scratch, byte[] plain, int length, ByteBuf out) {
    int field = sizes.fieldBytes();
    byte[] chunk = scratch.output(chunkOverhead() + length);
    int paddingBytes = takePadding();
    int sealedBytes = cipher.seal(plain, 0, length, chunk, field);
    sizes.write(sealedBytes + paddingBytes, chunk, 0);
    if (paddingBytes > 0) {
      padding.fill(chunk, field + sealedBytes, paddingBytes);
    }
    int chunkBytes = field + sealedBytes + paddingBytes;
    wire.apply(chunk, 0, chunkBytes);
    out.writeBytes(chunk, 0, chunkBytes);
  }

  private int takePadding() {
    int taken = nextPadding == NOT_DRAWN ? sizes.nextPadding() : nextPadding;
    nextPadding = NOT_DRAWN;
    return taken;
  }

  private int chunkOverhead() {
    return sizes.fieldBytes() + cipher.overhead() + sizes.maxPadding();
  }

  @Override
  public int sealedBytes(int payloadBytes) {
    int perChunk = unit == Unit.DATAGRAM ? ChunkFormat.MAX_SIZE : MAX_PAYLOAD_BYTES;
    int chunks = (payloadBytes + perChunk - 1) / perChunk;
    return payloadBytes + chunks * chunkOverhead();
  }

  @Override
  public void end(ByteBuf out) {
    if (ended) {
      return;
    }
    ended = true;
    if (end == End.CHUNK) {
      Scratch scratch = Scratch.get();
      writeChunk(scratch, scratch.input(0), 0, out);
    }
  }
}
