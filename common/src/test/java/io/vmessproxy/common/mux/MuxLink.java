package io.vmessproxy.common.mux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

/**
 * Two channels of which each reads what the other one writes, cut anywhere, and only while its
 * auto-read is on.
 */
final class MuxLink {
  private static final int MAX_CUT_BYTES = 20_000;

  private final EmbeddedChannel one;
  private final EmbeddedChannel two;
  private final Deque<Object> toOne = new ArrayDeque<>();
  private final Deque<Object> toTwo = new ArrayDeque<>();
  private final Random random;

  MuxLink(EmbeddedChannel one, EmbeddedChannel two, Random random) {
    this.one = one;
    this.two = two;
    this.random = random;
  }

  /** Carries until nothing moves any more. */
  void carry() {
    boolean moves = true;
    while (moves) {
      moves = carry(one, toTwo, two);
      moves |= carry(two, toOne, one);
    }
  }

  private boolean carry(EmbeddedChannel from, Deque<Object> wire, EmbeddedChannel to) {
    from.runPendingTasks();
    boolean moved = false;
    for (Object out = from.readOutbound(); out != null; out = from.readOutbound()) {
      wire.add(out);
      moved = true;
    }
    while (to.config().isAutoRead() && to.isOpen() && !wire.isEmpty()) {
      to.writeInbound(next(wire));
      to.runPendingTasks();
      moved = true;
    }
    return moved;
  }

  private Object next(Deque<Object> wire) {
    if (!(wire.peek() instanceof ByteBuf data) || data.readableBytes() < 2) {
      return wire.remove();
    }
    int cut = 1 + random.nextInt(random.nextBoolean() ? 8 : MAX_CUT_BYTES);
    return cut < data.readableBytes() ? data.readRetainedSlice(cut) : wire.remove();
  }

  /** Closes both channels and lets go of what is on the way. */
  void close() {
    one.finishAndReleaseAll();
    two.finishAndReleaseAll();
    toOne.forEach(ReferenceCountUtil::release);
    toTwo.forEach(ReferenceCountUtil::release);
  }
}
