package io.vmessproxy.client.transport.ws;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.util.concurrent.PromiseCombiner;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Puts bytes into binary frames; frames pass as they are. Sits behind the frames' encoder.
 *
 * <p>One write becomes several, here and in the encoder, and each of them may change the channel's
 * writability. Who hears of that and writes or flushes at once would do so in the middle of a
 * frame: it is put off until the write is whole.
 */
final class FrameWriter extends ChannelOutboundHandlerAdapter {
  /** The most that goes into one frame. */
  static final int MAX_FRAME_BYTES = 32 * 1024;

  private record Write(Object msg, ChannelPromise promise) {}

  private final Queue<Write> putOff = new ArrayDeque<>();
  private boolean writing;
  private boolean flushPutOff;

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    putOff.add(new Write(msg, promise));
    if (writing) {
      return;
    }
    writing = true;
    try {
      for (Write next = putOff.poll(); next != null; next = putOff.poll()) {
        writeWhole(ctx, next.msg(), next.promise());
      }
    } finally {
      writing = false;
    }
    if (flushPutOff) {
      flushPutOff = false;
      ctx.flush();
    }
  }

  private static void writeWhole(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    if (!(msg instanceof ByteBuf bytes) || !bytes.isReadable()) {
      ctx.write(msg, promise); // A frame, or nothing but its promise.
    } else if (bytes.readableBytes() <= MAX_FRAME_BYTES) {
      ctx.write(new BinaryWebSocketFrame(bytes), promise);
    } else {
      writeCut(ctx, bytes, promise);
    }
  }

  private static void writeCut(ChannelHandlerContext ctx, ByteBuf bytes, ChannelPromise promise) {
    PromiseCombiner all = new PromiseCombiner(ctx.executor());
    while (bytes.isReadable()) {
      int length = Math.min(MAX_FRAME_BYTES, bytes.readableBytes());
      all.add(ctx.write(new BinaryWebSocketFrame(bytes.readRetainedSlice(length))));
    }
    bytes.release();
    all.finish(promise);
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    if (writing) {
      flushPutOff = true;
    } else {
      ctx.flush();
    }
  }
}
