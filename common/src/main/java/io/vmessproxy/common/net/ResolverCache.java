package io.vmessproxy.common.net;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of the names that were used last, and which of them worked. Bounded by {@link
 * #MAX_NAMES}, and {@link #MAX_ADDRESSES} each.
 *
 * <p>Not safe for threads: its owner guards it.
 */
final class ResolverCache {
  /** Of more names, the one used least lately goes. */
  static final int MAX_NAMES = 1024;

  /** A longer answer is not kept: who asks for a name may also choose what answers. */
  static final int MAX_ADDRESSES = 64;

  /** An answer is used without asking for so long. */
  static final Duration FRESH = Duration.ofSeconds(30);

  /** An answer stands in for one that does not come for so long, see RFC 8767 §5. */
  static final Duration STALE = Duration.ofDays(1);

  /** One that stands in is used for so long before its name is looked up again. */
  static final Duration STAND_IN = Duration.ofSeconds(10);

  /** A name is not looked up more often, however often it is forgotten. */
  static final Duration MIN_FRESH = Duration.ofSeconds(1);

  /** The address that worked comes first for so long. */
  static final Duration PREFERRED = Duration.ofMinutes(10);

  private final LongSupplier nanoTime;
  private final Map<String, Entry> names = new LinkedHashMap<>(16, 0.75f, true);

  ResolverCache(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** What needs no look-up; null if there is nothing. */
  @Nullable List<InetAddress> fresh(String host) {
    Entry entry = names.get(host);
    return entry != null && within(entry.freshFor, entry.asked) ? entry.addresses : null;
  }

  /** What is better than nothing; null if there is nothing. */
  @Nullable List<InetAddress> stale(String host) {
    Entry entry = names.get(host);
    return entry != null && within(STALE, entry.answered) ? entry.addresses : null;
  }

  /** Keeps a look-up's answer, and returns it with the address that worked in front. */
  List<InetAddress> keep(String host, List<InetAddress> answer) {
    Entry known = names.get(host);
    Entry entry = new Entry(answer, nanoTime.getAsLong());
    if (known != null
        && known.worked != null
        && within(PREFERRED, known.workedAt)
        && answer.contains(known.worked)) {
      entry.worked = known.worked;
      entry.workedAt = known.workedAt;
      entry.addresses = withFirst(known.worked, answer);
    }
    if (answer.size() > MAX_ADDRESSES) {
      names.remove(host);
      return entry.addresses;
    }
    names.put(host, entry);
    if (names.size() > MAX_NAMES) {
      names.remove(names.keySet().iterator().next());
    }
    return entry.addresses;
  }

  /** The look-up had no answer: what is known stands in for a while. */
  void standIn(String host) {
    Entry entry = names.get(host);
    if (entry != null) {
      entry.asked = nanoTime.getAsLong();
      entry.freshFor = STAND_IN;
    }
  }

  /** Looks the name up for the next one who asks, if this is still its answer. */
  void forget(String host, List<InetAddress> answer) {
    Entry entry = names.get(host);
    if (entry != null && entry.addresses.equals(answer)) {
      entry.forget(MIN_FRESH);
    }
  }

  /** As above, for all names and at once. */
  void forgetAll() {
    names.values().forEach(entry -> entry.forget(Duration.ZERO));
  }

  /** Puts an address that worked before the others. */
  void prefer(String host, InetAddress worked) {
    Entry entry = names.get(host);
    if (entry != null && entry.addresses.contains(worked)) {
      entry.worked = worked;
      entry.workedAt = nanoTime.getAsLong();
      entry.addresses = withFirst(worked, entry.addresses);
    }
  }

  private boolean within(Duration limit, long since) {
    return nanoTime.getAsLong() - since < limit.toNanos();
  }

  private static List<InetAddress> withFirst(InetAddress first, List<InetAddress> addresses) {
    List<InetAddress> ordered = new ArrayList<>(addresses);
    ordered.remove(first);
    ordered.add(0, first);
    return List.copyOf(ordered);
  }

  private static final class Entry {
    private List<InetAddress> addresses;
    private final long answered; // By System.nanoTime, as the others.
    private long asked;
    private Duration freshFor = FRESH; // since it was asked
    private @Nullable InetAddress worked;
    private long workedAt;

    Entry(List<InetAddress> addresses, long now) {
      this.addresses = addresses;
      this.answered = now;
      this.asked = now;
    }

    void forget(Duration stillFresh) {
      freshFor = freshFor.compareTo(stillFresh) < 0 ? freshFor : stillFresh;
      worked = null;
    }
  }
}
