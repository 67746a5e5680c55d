package io.vmessproxy.common.mux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Takes frames apart, however they come: bytes in, frames and their data out. {@link
 * MuxFrameEncoder} draws them.
 *
 * <p>Holds one frame's metadata, and of its data only what the listener wants whole: 64 KiB.
 */
final class MuxFrameDecoder {
  /** How a frame's data are wanted. */
  enum DataForm {
    /** Not at all. */
    NONE,
    /** As they come. */
    PIECES,
    /** All at once. */
    WHOLE
  }

  /** Told what comes, in order. What it throws leaves {@link #decode}. */
  interface Listener {
    /** A frame; its data follow in the form that is returned, if it has any. */
    DataForm frame(MuxFrame frame);

    /** Data of the last frame, not empty. The listener owns them. */
    void data(ByteBuf data);
  }

  private enum State {
    METADATA_LENGTH,
    METADATA,
    DATA_LENGTH,
    DATA
  }

  private final Listener listener;
  private final ByteBufAllocator alloc;

  private State state = State.METADATA_LENGTH;
  private final ByteBuf gathered = Unpooled.buffer(MuxMetadata.MIN_BYTES, MuxMetadata.MAX_BYTES);
  private int wanted = Short.BYTES; // of the field being gathered, bytes
  private DataForm dataForm = DataForm.NONE;
  private int dataLeft;
  private @Nullable ByteBuf whole;
  private boolean closed;

  MuxFrameDecoder(Listener listener, ByteBufAllocator alloc) {
    this.listener = listener;
    this.alloc = alloc;
  }

  /**
   * Reads all of {@code in}, and does not release it. The listener may {@link #close} meanwhile.
   *
   * @throws MuxException if it is wrong; nothing may be decoded after it
   */
  void decode(ByteBuf in) {
    while (in.isReadable() && !closed) {
      if (state == State.DATA) {
        readData(in);
      } else if (gather(in)) {
        switch (state) {
          case METADATA_LENGTH -> readMetadataLength();
          case METADATA -> readMetadata();
          case DATA_LENGTH -> readDataLength();
          case DATA -> throw new IllegalStateException("data are not gathered here");
        }
      }
    }
  }

  /** Whether nothing of a frame is missing. */
  boolean atBoundary() {
    return state == State.METADATA_LENGTH && !gathered.isReadable();
  }

  /** Lets go of what it holds, and reads no more. */
  void close() {
    closed = true;
    if (whole != null) {
      whole.release();
      whole = null;
    }
  }

  private boolean gather(ByteBuf in) {
    gathered.writeBytes(in, Math.min(wanted - gathered.readableBytes(), in.readableBytes()));
    return gathered.readableBytes() == wanted;
  }

  private void expect(State next, int bytes) {
    state = next;
    wanted = bytes;
    gathered.clear();
  }

  private void readMetadataLength() {
    int length = gathered.readUnsignedShort();
    if (length < MuxMetadata.MIN_BYTES || length > MuxMetadata.MAX_BYTES) {
      throw new MuxException("metadata of %d bytes (expected: 4..512)".formatted(length));
    }
    expect(State.METADATA, length);
  }

  private void readMetadata() {
    MuxFrame frame = MuxMetadata.read(gathered);
    expect(frame.hasData() ? State.DATA_LENGTH : State.METADATA_LENGTH, Short.BYTES);
    dataForm = listener.frame(frame);
  }

  private void readDataLength() {
    dataLeft = gathered.readUnsignedShort();
    expect(dataLeft == 0 ? State.METADATA_LENGTH : State.DATA, Short.BYTES);
  }

  private void readData(ByteBuf in) {
    int bytes = Math.min(dataLeft, in.readableBytes());
    dataLeft -= bytes;
    if (dataLeft == 0) {
      state = State.METADATA_LENGTH;
    }
    switch (dataForm) {
      case NONE -> in.skipBytes(bytes);
      case PIECES -> listener.data(in.readRetainedSlice(bytes));
      case WHOLE -> gatherData(in, bytes);
    }
  }

  private void gatherData(ByteBuf in, int bytes) {
    ByteBuf data = whole;
    if (data == null) {
      if (dataLeft == 0) {
        listener.data(in.readRetainedSlice(bytes));
        return;
      }
      data = alloc.buffer(bytes + dataLeft);
      whole = data;
    }
    data.writeBytes(in, bytes);
    if (dataLeft == 0) {
      whole = null;
      listener.data(data);
    }
  }
}
