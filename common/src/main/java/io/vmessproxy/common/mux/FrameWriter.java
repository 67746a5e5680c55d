package io.vmessproxy.common.mux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Writes the frames of all streams into their connection, no faster than it takes them: one frame
 * of each stream in turn, so that a large upload does not keep the others waiting.
 */
final class FrameWriter {
  /**
   * Beyond this many bytes that the peer does not read, it gets no answers: it has asked for them
   * without ever reading one. A peer that does read stays far below.
   */
  private static final int MAX_UNREAD_BYTES = 512 * 1024;

  private final ChannelHandlerContext ctx;
  private final Queue<MuxStream> waiting = new ArrayDeque<>();
  private boolean writing;
  private boolean flushLater;

  FrameWriter(ChannelHandlerContext ctx) {
    this.ctx = ctx;
  }

  /** The stream has something to write, and is not waiting yet. */
  void add(MuxStream stream) {
    waiting.add(stream);
    writeWaiting();
  }

  /** Writes what the connection takes. */
  void writeWaiting() {
    if (writing) {
      return;
    }
    writing = true;
    boolean wrote = false;
    try {
      while (!waiting.isEmpty() && ctx.channel().isWritable()) {
        wrote = true;
        MuxStream stream = waiting.remove();
        if (stream.writeFrame()) {
          waiting.add(stream);
        }
      }
    } finally {
      writing = false;
    }
    if (wrote) {
      flush();
    }
  }

  /** A frame that lacks nothing but its data, see {@link MuxFrameEncoder#head}. */
  ByteBuf head(MuxFrame frame, int dataBytes) {
    return MuxFrameEncoder.head(frame, dataBytes, ctx.alloc());
  }

  /** Writes a whole frame, and owns it. */
  void write(ByteBuf frame) {
    // A frame that is lost on the way is a hole in a stream: no frame may follow it.
    ctx.write(frame).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
  }

  /** Writes a frame without data, whether the connection takes it now or not. */
  void write(MuxFrame frame) {
    Channel channel = ctx.channel();
    if (channel.isActive() && channel.bytesBeforeWritable() > MAX_UNREAD_BYTES) {
      ctx.close();
      return;
    }
    write(MuxFrameEncoder.encode(frame, ctx.alloc()));
  }

  /** From here until {@link #flushNow} what is written waits, to leave together. */
  void holdFlush() {
    flushLater = true;
  }

  void flush() {
    if (!flushLater) {
      ctx.flush();
    }
  }

  void flushNow() {
    flushLater = false;
    ctx.flush();
  }
}
