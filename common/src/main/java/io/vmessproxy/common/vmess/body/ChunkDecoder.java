package io.vmessproxy.common.vmess.body;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.body.ChunkFormat.Unit;
import org.jspecify.annotations.Nullable;

/**
 * Puts the plaintext of chunks together again; {@link ChunkEncoder} draws one.
 *
 * <p>A call copies what came to an array, opens every whole chunk of it into another, and copies
 * that to one buffer. Of a chunk that is cut it keeps the bytes, and nothing else, until the rest
 * comes. Where chunks are datagrams, the array gets no more than the next part of the next chunk.
 */
final class ChunkDecoder implements BodyDecoder {
  /** Bounds the arrays of a thread, whatever the size of a read. */
  private static final int SLICE_BYTES = 1 << 16;

  /** Enough for the chunks that peers send; a larger one's buffer grows as its bytes come. */
  private static final int KEPT_BYTES = 1 << 14;

  private enum State {
    SIZE,
    PAYLOAD,
    ENDED,
    FAILED
  }

  private final ChunkCipher cipher;
  private final ChunkSizes sizes;
  private final WireCipher wire;
  private final Unit unit;
  private State state = State.SIZE;
  private int size; // of the chunk being read, bytes
  private int padding; // its last so many bytes
  private @Nullable ByteBuf kept; // the first bytes of a size field or of what follows it

  ChunkDecoder(ChunkFormat format) {
    this.cipher = format.cipher();
    this.sizes = format.sizes();
    this.wire = format.wire();
    this.unit = format.unit();
  }

  @Override
  public @Nullable ByteBuf decode(ByteBufAllocator alloc, ByteBuf in) {
    ByteBuf out = null;
    boolean done = false;
    try {
      Scratch scratch = Scratch.get();
      while (in.isReadable() && !finished() && (out == null || unit == Unit.STREAM_PART)) {
        int keptBytes = kept == null ? 0 : kept.readableBytes();
        int length = Math.min(in.readableBytes(), sliceBytes(keptBytes));
        byte[] slice = scratch.input(length);
        in.readBytes(slice, 0, length);
        wire.apply(slice, 0, length);
        byte[] plain = scratch.output(keptBytes + length);
        int plainBytes = decodeSlice(alloc, scratch, slice, length, plain);
        if (plainBytes > 0) {
          int more = unit == Unit.STREAM_PART ? in.readableBytes() : 0;
          out = out == null ? alloc.buffer(plainBytes + more) : out;
          out.writeBytes(plain, 0, plainBytes);
        }
      }
      done = true;
      return out;
    } finally {
      if (!done) {
        state = State.FAILED;
        close();
        if (out != null) {
          out.release();
        }
      }
      if (finished()) {
        in.skipBytes(in.readableBytes());
      }
    }
  }

  private int sliceBytes(int keptBytes) {
    return switch (unit) {
      case STREAM_PART -> SLICE_BYTES;
      case DATAGRAM -> needed() - keptBytes;
    };
  }

  /** How many bytes the part has that is being read. */
  private int needed() {
    return state == State.SIZE ? sizes.fieldBytes() : size;
  }

  /** Decodes {@code end} bytes of {@code slice}; returns how many bytes {@code plain} holds. */
  private int decodeSlice(
      ByteBufAllocator alloc, Scratch scratch, byte[] slice, int end, byte[] plain) {
    int at = 0;
    int plainBytes = 0;
    while (!finished()) {
      int needed = needed();
      byte[] from = slice;
      int offset = at;
      if (kept != null || end - at < needed) {
        at += keep(alloc, slice, at, end - at, needed);
        if (kept == null || kept.readableBytes() < needed) {
          break;
        }
        from = scratch.chunk(needed);
        offset = 0;
        kept.readBytes(from, 0, needed);
        close();
      } else {
        at += needed;
      }
      if (state == State.SIZE) {
        readSize(from, offset);
      } else {
        plainBytes += readPayload(from, offset, plain, plainBytes);
      }
    }
    return plainBytes;
  }

  /** Moves up to {@code needed} bytes in all to {@link #kept}; returns how many it took now. */
  private int keep(ByteBufAllocator alloc, byte[] slice, int at, int available, int needed) {
    if (available == 0) {
      return 0;
    }
    if (kept == null) {
      kept = alloc.buffer(Math.min(needed, Math.max(available, KEPT_BYTES)), needed);
    }
    int taken = Math.min(available, needed - kept.readableBytes());
    kept.writeBytes(slice, at, taken);
    return taken;
  }

  private void readSize(byte[] in, int offset) {
    padding = sizes.nextPadding();
    size = sizes.read(in, offset);
    int least = cipher.overhead() + padding;
    if (size < least) {
      throw new VmessException(
          "chunk: size %d (expected: >= %d tag + %d padding)"
              .formatted(size, cipher.overhead(), padding));
    }
    // An empty payload is the end; what is left of its chunk may never come, and tells nothing.
    state = size == least ? State.ENDED : State.PAYLOAD;
  }

  private int readPayload(byte[] in, int offset, byte[] plain, int plainOffset) {
    state = State.SIZE;
    return cipher.open(in, offset, size - padding, plain, plainOffset);
  }

  private boolean finished() {
    return state == State.ENDED || state == State.FAILED;
  }

  @Override
  public boolean ended() {
    return state == State.ENDED;
  }

  @Override
  public boolean atBoundary() {
    return state == State.ENDED || (state == State.SIZE && kept == null);
  }

  @Override
  public void close() {
    if (kept != null) {
      kept.release();
      kept = null;
    }
  }
}
