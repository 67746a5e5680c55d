package io.vmessproxy.common.fuzz;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;

/** All fuzz targets rely on it, and none would fail if it told too little. */
class CountingAllocatorTest {
  private final CountingAllocator alloc = new CountingAllocator();

  @Test
  void tellsOfABufferThatIsNotReleased() {
    ByteBuf lost = alloc.directBuffer(100);
    ByteBuf empty = alloc.buffer(0, 10);

    assertThatThrownBy(() -> alloc.check(1000)).hasMessage("buffers of 102 bytes are not released");
    lost.release();
    assertThatThrownBy(() -> alloc.check(1000)).hasMessage("buffers of 1 bytes are not released");
    empty.release();
    assertThatCode(() -> alloc.check(1000)).doesNotThrowAnyException();
  }

  @Test
  void tellsOfTooMuchAtOnce() {
    alloc.buffer(100).release();
    ByteBuf grown = alloc.buffer(100);
    grown.writeZero(2000).release();

    assertThatThrownBy(() -> alloc.check(2000)).hasMessageContaining("(expected: <= 2000)");
  }

  @Test
  void countsNoBufferTwice() {
    ByteBuf shared = alloc.buffer(100).writeZero(100);
    ByteBuf slice = shared.readRetainedSlice(50);
    shared.release();

    assertThatThrownBy(() -> alloc.check(1000)).hasMessage("buffers of 101 bytes are not released");
    slice.release();
    assertThatCode(() -> alloc.check(101)).doesNotThrowAnyException();
  }
}
