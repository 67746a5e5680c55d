package io.vmessproxy.common.vmess.inbound;

import java.security.MessageDigest;

/**
 * What all ids send in one second, in four and a half bytes an id: enough to tell which few of them
 * may have sent something; who did is found by computing it again.
 *
 * <pre>
 *   16 bytes sent: bucket (its first bits) .. tag (15 bits of the second word)
 *
 *   starts:  +---+---+---+       entries, by bucket:  +-----------------+----------+
 *            | 0 | 7 | 15| ...                        | 17 bits: number | tag      | ...
 *            +---+---+---+                            +-----------------+----------+
 * </pre>
 *
 * <p>Immutable; grows by copies, without computing again what it knows.
 */
final class LegacySecond {
  /** Bits of an id's number. */
  static final int NUMBER_BITS = 17;

  private static final int TAG_BITS = Integer.SIZE - NUMBER_BITS;
  private static final int TAG_MASK = (1 << TAG_BITS) - 1;
  private static final int BUCKET_IDS = 8;

  /** For servers without users, who get some later. */
  private static final int MIN_BUCKETS = 64;

  private final long second;
  private final int[] starts; // of each bucket, in entries; one more: the end of the last one
  private final int[] entries;

  private LegacySecond(long second, int[] starts, int[] entries) {
    this.second = second;
    this.starts = starts;
    this.entries = entries;
  }

  /** Computes what {@code ids} send in {@code second}: two runs of MD5 an id. */
  static LegacySecond of(long second, LegacyIds ids) {
    int buckets = Math.max(MIN_BUCKETS, Integer.highestOneBit(ids.size() / BUCKET_IDS));
    return new LegacySecond(second, new int[buckets + 1], new int[0]).grow(ids);
  }

  /** This, and what those of {@code ids} send that it does not cover yet. */
  LegacySecond grow(LegacyIds ids) {
    int known = entries.length;
    int added = ids.size() - known;
    int[] addedBuckets = new int[added];
    int[] addedEntries = new int[added];
    int[] grownStarts = new int[starts.length];
    byte[] auth = new byte[16];
    for (int i = 0; i < added; i++) {
      ids.auth(known + i, second, auth);
      addedBuckets[i] = bucket(auth);
      addedEntries[i] = (known + i) << TAG_BITS | tag(auth);
      grownStarts[addedBuckets[i] + 1]++;
    }
    for (int bucket = 1; bucket < starts.length; bucket++) {
      int was = starts[bucket] - starts[bucket - 1];
      grownStarts[bucket] += grownStarts[bucket - 1] + was;
    }
    int[] grownEntries = new int[ids.size()];
    int[] next = grownStarts.clone();
    for (int bucket = 0; bucket < starts.length - 1; bucket++) {
      int was = starts[bucket + 1] - starts[bucket];
      System.arraycopy(entries, starts[bucket], grownEntries, next[bucket], was);
      next[bucket] += was;
    }
    for (int i = 0; i < added; i++) {
      grownEntries[next[addedBuckets[i]]++] = addedEntries[i];
    }
    return new LegacySecond(second, grownStarts, grownEntries);
  }

  long second() {
    return second;
  }

  /** How many ids it covers: the first so many. */
  int size() {
    return entries.length;
  }

  /** The number of the id that sent {@code auth} in this second; -1 if none did. */
  int find(byte[] auth, LegacyIds ids) {
    int bucket = bucket(auth);
    int tag = tag(auth);
    for (int i = starts[bucket]; i < starts[bucket + 1]; i++) {
      if ((entries[i] & TAG_MASK) == tag) {
        int number = entries[i] >>> TAG_BITS;
        if (MessageDigest.isEqual(auth, ids.auth(number, second))) {
          return number;
        }
      }
    }
    return -1;
  }

  /** What it holds, bytes, without the few of its objects' headers. */
  long bytes() {
    return (long) Integer.BYTES * (starts.length + entries.length);
  }

  private int bucket(byte[] auth) {
    return word(auth, 0) & (starts.length - 2); // One less than the power of two that they are.
  }

  private static int tag(byte[] auth) {
    return word(auth, Integer.BYTES) & TAG_MASK;
  }

  private static int word(byte[] auth, int at) {
    return (auth[at] & 0xff) << 24
        | (auth[at + 1] & 0xff) << 16
        | (auth[at + 2] & 0xff) << 8
        | (auth[at + 3] & 0xff);
  }
}
