package io.vmessproxy.client.selection;

/**
 * What is usual of something that takes time, as TCP reckons its round trips: a smoothed mean and a
 * smoothed deviation. Any thread.
 *
 * <p>Source: RFC 6298, section 2.
 */
final class Vitals {
  private static final int KNOWN = 3;

  private int count;
  private long mean;
  private long deviation;

  /** One more. */
  synchronized void add(long nanos) {
    if (count == 0) {
      mean = nanos;
      deviation = nanos / 2;
    } else {
      deviation += (Math.abs(nanos - mean) - deviation) / 4;
      mean += (nanos - mean) / 8;
    }
    if (count < KNOWN) {
      count++;
    }
  }

  /** Whether there were enough to say what is usual. */
  synchronized boolean known() {
    return count >= KNOWN;
  }

  /** The mean; 0 while there is none. */
  synchronized long mean() {
    return mean;
  }

  /** Longer than this is unusual. */
  synchronized long most() {
    return mean + 4 * deviation;
  }
}
