package io.vmessproxy.common.relay;

import io.netty.util.internal.PlatformDependent;

/**
 * How much one connection may hold for a slow reader, by how much all hold together: the fuller the
 * memory for buffers, the less. Without it some hundreds of applications that ask for much and read
 * nothing would leave no buffer for anybody else.
 */
final class BufferShare {
  private static final long MAX = PlatformDependent.maxDirectMemory();
  private static final int KIB = 1024;

  private BufferShare() {}

  /** In bytes, for each direction. Two reads of memory. */
  static int now() {
    return of(PlatformDependent.usedDirectMemory(), MAX);
  }

  /**
   * The share where so many bytes of so many are in use.
   *
   * @param used negative where that is not known
   */
  static int of(long used, long max) {
    if (used < max / 4) {
      return Integer.MAX_VALUE;
    }
    if (used < max / 2) {
      return 128 * KIB;
    }
    return used < max / 4 * 3 ? 32 * KIB : 8 * KIB;
  }
}
