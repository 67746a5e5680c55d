package io.vmessproxy.client.dispatch;

import io.netty.buffer.Unpooled;

/**
 * What an application sends in a tunnel: nothing is thrown, the pieces make no difference, and what
 * is not safe never becomes safe again.
 */
public final class ReplayFuzzer {
  private static final int MAX_NAME = 64 * 1024;

  private ReplayFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    if (data.length == 0) {
      return;
    }
    int piece = 1 + (data[0] & 0x3f);
    ReplayRule whole = new ReplayRule();
    whole.add(Unpooled.wrappedBuffer(data, 1, data.length - 1));
    ReplayRule pieces = new ReplayRule();
    boolean safe = true;
    for (int at = 1; at < data.length; at += piece) {
      boolean now = pieces.add(Unpooled.wrappedBuffer(data, at, Math.min(piece, data.length - at)));
      if (now && !safe) {
        throw new AssertionError("safe again at " + at);
      }
      safe = now;
    }
    if (whole.safe() != pieces.safe()
        || whole.complete() != pieces.complete()
        || !whole.name().equals(pieces.name())) {
      throw new AssertionError("in pieces of " + piece + " it is another thing");
    }
    if (whole.name().filter(name -> name.length() > MAX_NAME).isPresent()) {
      throw new AssertionError("a name without end");
    }
  }
}
