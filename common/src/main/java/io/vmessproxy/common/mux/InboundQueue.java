package io.vmessproxy.common.mux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.EndOfStream;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What came for a stream before its reader wanted it.
 *
 * <p>Everything is copied: a byte that waits must not hold the large buffer that it came in.
 */
final class InboundQueue {
  /** What a message costs beside its bytes, about. */
  private static final int MESSAGE_COST = 64;

  private static final int MIN_CHUNK_BYTES = 2048;

  private final ByteBufAllocator alloc;
  private final Deque<Object> messages = new ArrayDeque<>();
  private int bytes;

  InboundQueue(ByteBufAllocator alloc) {
    this.alloc = alloc;
  }

  boolean isEmpty() {
    return messages.isEmpty();
  }

  /** What it holds, with what holding it costs. */
  int bytes() {
    return bytes;
  }

  /** Adds bytes, a {@link Datagram} or {@link EndOfStream}, and owns it. */
  void add(Object message) {
    if (message instanceof ByteBuf data) {
      addBytes(data);
    } else if (message instanceof Datagram datagram) {
      Datagram copy = datagram.replace(copy(datagram.content(), 0));
      messages.add(copy);
      bytes += cost(copy);
      datagram.release();
    } else {
      messages.add(message);
    }
  }

  private void addBytes(ByteBuf data) {
    int count = data.readableBytes();
    if (messages.peekLast() instanceof ByteBuf last) {
      int fits = Math.min(count, last.writableBytes());
      last.writeBytes(data, fits);
      bytes += fits;
    }
    if (data.isReadable()) {
      ByteBuf chunk = copy(data, MIN_CHUNK_BYTES);
      messages.add(chunk);
      bytes += cost(chunk);
    }
    data.release();
  }

  private ByteBuf copy(ByteBuf data, int leastRoom) {
    int count = data.readableBytes();
    return alloc.buffer(Math.max(count, leastRoom)).writeBytes(data, count);
  }

  /** Takes the oldest message; the caller owns it. Null when there is none. */
  @Nullable Object poll() {
    Object message = messages.poll();
    if (message != null) {
      bytes -= cost(message);
    }
    return message;
  }

  private static int cost(Object message) {
    if (message instanceof ByteBuf data) {
      return MESSAGE_COST + data.readableBytes();
    }
    if (message instanceof Datagram datagram) {
      return MESSAGE_COST + datagram.content().readableBytes();
    }
    return 0;
  }

  void release() {
    messages.forEach(ReferenceCountUtil::release);
    messages.clear();
    bytes = 0;
  }
}
