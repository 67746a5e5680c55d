package io.vmessproxy.common.fuzz;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;

/**
 * Makes buffers, all of them on the heap, and counts their bytes: what is in use now, and what was
 * at most. Only for one thread.
 */
public final class CountingAllocator extends AbstractByteBufAllocator {
  private long used;
  private long peak;

  public CountingAllocator() {
    super(false);
  }

  /** Bytes of buffers that are not released yet. */
  public long used() {
    return used;
  }

  /**
   * Throws an {@link AssertionError} if a buffer is still there, or if more than so many bytes have
   * been in use at once.
   */
  public void check(long maxPeak) {
    if (used != 0) {
      throw new AssertionError("buffers of " + used + " bytes are not released");
    }
    if (peak > maxPeak) {
      throw new AssertionError("buffers of " + peak + " bytes (expected: <= " + maxPeak + ")");
    }
  }

  private void count(int bytes) {
    used += bytes;
    peak = Math.max(peak, used);
  }

  @Override
  protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
    return new Counted(initialCapacity, maxCapacity);
  }

  @Override
  protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
    return newHeapBuffer(initialCapacity, maxCapacity);
  }

  @Override
  public boolean isDirectBufferPooled() {
    return false;
  }

  private final class Counted extends UnpooledHeapByteBuf {
    Counted(int initialCapacity, int maxCapacity) {
      super(CountingAllocator.this, initialCapacity, maxCapacity);
    }

    @Override
    protected byte[] allocateArray(int initialCapacity) {
      // An object's head counts, too: many empty buffers are a leak as well.
      count(initialCapacity + 1);
      return super.allocateArray(initialCapacity);
    }

    @Override
    protected void freeArray(byte[] array) {
      count(-array.length - 1);
      super.freeArray(array);
    }
  }
}
