package io.vmessproxy.common.vmess.body;

import io.netty.buffer.ByteBuf;
import io.vmessproxy.common.crypto.RandomBytes;

/**
 * Cuts plaintext into chunks.
 *
 * <pre>
 *   2        size - padding      padding
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

  /** Whether an empty chunk ends the stream, or closing alone does. */
  enum End {
    CHUNK,
    CLOSE
  }

  private final ChunkCipher cipher;
  private final ChunkSizes sizes;
  private final RandomBytes padding;
  private final End end;
  private boolean ended;

  ChunkEncoder(ChunkCipher cipher, ChunkSizes sizes, RandomBytes padding, End end) {
    this.cipher = cipher;
    this.sizes = sizes;
    this.padding = padding;
    this.end = end;
  }

  @Override
  public void encode(ByteBuf payload, ByteBuf out) {
    if (ended) {
      throw new IllegalStateException("body: payload after its end");
    }
    out.ensureWritable(sealedBytes(payload.readableBytes()));
    Scratch scratch = Scratch.get();
    byte[] plain = scratch.input(MAX_PAYLOAD_BYTES);
    while (payload.isReadable()) {
      int length = Math.min(payload.readableBytes(), MAX_PAYLOAD_BYTES);
      payload.readBytes(plain, 0, length);
      writeChunk(scratch, plain, length, out);
    }
  }

  private void writeChunk(Scratch scratch, byte[] plain, int length, ByteBuf out) {
    int field = sizes.fieldBytes();
    byte[] chunk = scratch.output(chunkOverhead() + length);
    int paddingBytes = sizes.nextPadding();
    int sealedBytes = cipher.seal(plain, 0, length, chunk, field);
    sizes.write(sealedBytes + paddingBytes, chunk, 0);
    if (paddingBytes > 0) {
      padding.fill(chunk, field + sealedBytes, paddingBytes);
    }
    out.writeBytes(chunk, 0, field + sealedBytes + paddingBytes);
  }

  private int chunkOverhead() {
    return sizes.fieldBytes() + cipher.overhead() + sizes.maxPadding();
  }

  @Override
  public int sealedBytes(int payloadBytes) {
    int chunks = (payloadBytes + MAX_PAYLOAD_BYTES - 1) / MAX_PAYLOAD_BYTES;
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
