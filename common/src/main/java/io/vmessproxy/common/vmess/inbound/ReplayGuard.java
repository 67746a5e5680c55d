package io.vmessproxy.common.vmess.inbound;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * Remembers what was seen, for at least one window and at most two, so that nobody can send it
 * again.
 *
 * <p>Two sets, of which the older is emptied each time a window is over: no clean-up by entry, and
 * memory that is bounded by the connections of two windows. May be called from any thread.
 */
final class ReplayGuard {
  private final long windowSeconds;
  private Set<ByteBuffer> current = new HashSet<>();
  private Set<ByteBuffer> previous = new HashSet<>();
  private long windowStart = Long.MIN_VALUE;

  /**
   * @param windowSeconds how long something is remembered at least
   */
  ReplayGuard(long windowSeconds) {
    this.windowSeconds = windowSeconds;
  }

  /**
   * Whether this is the first time; from then on it is not.
   *
   * @param token kept, so it must not change afterwards
   */
  synchronized boolean firstTime(byte[] token, long nowSeconds) {
    turn(nowSeconds);
    ByteBuffer key = ByteBuffer.wrap(token);
    return !previous.contains(key) && current.add(key);
  }

  /** Whether it is remembered; asking is not remembered. */
  synchronized boolean remembers(byte[] token, long nowSeconds) {
    turn(nowSeconds);
    ByteBuffer key = ByteBuffer.wrap(token);
    return previous.contains(key) || current.contains(key);
  }

  private void turn(long nowSeconds) {
    if (windowStart == Long.MIN_VALUE) {
      windowStart = nowSeconds;
    }
    long age = nowSeconds - windowStart;
    if (age < windowSeconds) {
      return; // Also when the clock was set back: forgetting early is what must not happen.
    }
    previous = age < 2 * windowSeconds ? current : new HashSet<>();
    current = new HashSet<>();
    windowStart = nowSeconds;
  }
}
