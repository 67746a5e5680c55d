package io.vmessproxy.client.outbound;

import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How far a server's clock may be ahead of the time that we use, in seconds, both ends included.
 *
 * <p>A server takes a header whose time is at most {@value #TOLERANCE} s from its own. So a header
 * that is {@code p} s ahead and is taken says that the clock is at {@code p} +- 120; and one at
 * {@code e + 120}, within such a window, is taken if and only if the clock is at {@code e} or
 * above. Four of those cut a window of 240 s into five of 48, whose middle is 24 s off at most.
 *
 * <p>Source: VMess specification, "Authentication Information"; V2Ray 4.34 for the 120 s.
 */
record ClockWindow(int low, int high) {
  /** Seconds. */
  static final int TOLERANCE = 120;

  /** How many headers {@link #narrowing} takes. */
  static final int CUTS = 4;

  /** Where the clock is if a header so far ahead is taken. */
  static ClockWindow around(int ahead) {
    return new ClockWindow(ahead - TOLERANCE, ahead + TOLERANCE);
  }

  /** Where the clock is if both are true; this one where they cannot be. */
  ClockWindow and(ClockWindow other) {
    int both = Math.max(low, other.low);
    int end = Math.min(high, other.high);
    return both <= end ? new ClockWindow(both, end) : this;
  }

  /** How far ahead the headers have to be that narrow the window down. */
  List<Integer> narrowing() {
    return IntStream.rangeClosed(1, CUTS).mapToObj(this::cut).map(cut -> cut + TOLERANCE).toList();
  }

  private int cut(int nth) {
    return low + (high - low) * nth / (CUTS + 1);
  }

  /**
   * The window that is left.
   *
   * @param taken those of {@link #narrowing} that were
   */
  ClockWindow narrowed(Collection<Integer> taken) {
    int above = 0;
    for (int nth = 1; nth <= CUTS; nth++) {
      if (taken.contains(cut(nth) + TOLERANCE)) {
        above = nth;
      }
    }
    return new ClockWindow(above == 0 ? low : cut(above), above == CUTS ? high : cut(above + 1));
  }

  /** The best guess. */
  int middle() {
    return (low + high) / 2;
  }

  boolean contains(int ahead) {
    return low <= ahead && ahead <= high;
  }
}
