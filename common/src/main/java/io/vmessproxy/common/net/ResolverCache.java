package io.vmessproxy.common.net;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What names stood for a moment ago: for 30 s it is the answer, for a day it is better than none.
 * Thread-safe; the names that nobody has asked for the longest go first.
 */
final class ResolverCache {
  private static final int MAX_NAMES = 1024;
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long STALE_NANOS = TimeUnit.DAYS.toNanos(1);

  private final LongSupplier nanoTime;
  private final Map<String, Entry> entries =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Entry> eldest) {
          return size() > MAX_NAMES;
        }
      };

  /**
   * @param fresh whether it still is the answer
   */
  private record Entry(List<InetAddress> addresses, long sinceNanos, boolean fresh) {}

  ResolverCache(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** The addresses of a name, if they are fresh. */
  synchronized Optional<List<InetAddress>> fresh(String name) {
    Entry entry = entries.get(name);
    return entry != null && entry.fresh && isYounger(entry, FRESH_NANOS)
        ? Optional.of(entry.addresses)
        : Optional.empty();
  }

  /** The addresses of a name that nobody can look up now. */
  synchronized Optional<List<InetAddress>> stale(String name) {
    Entry entry = entries.get(name);
    return entry != null && isYounger(entry, STALE_NANOS)
        ? Optional.of(entry.addresses)
        : Optional.empty();
  }

  private boolean isYounger(Entry entry, long nanos) {
    return nanoTime.getAsLong() - entry.sinceNanos < nanos;
  }

  synchronized void put(String name, List<InetAddress> addresses) {
    entries.put(name, new Entry(addresses, nanoTime.getAsLong(), true));
  }

  /** The name is to be looked up again. */
  synchronized void forget(String name) {
    entries.computeIfPresent(
        name, (same, entry) -> new Entry(entry.addresses, entry.sinceNanos, false));
  }

  synchronized void forgetAll() {
    entries.replaceAll((same, entry) -> new Entry(entry.addresses, entry.sinceNanos, false));
  }

  /** This address is the one to try first. */
  synchronized void prefer(String name, InetAddress address) {
    Entry entry = entries.get(name);
    if (entry == null
        || !entry.addresses.contains(address)
        || entry.addresses.get(0).equals(address)) {
      return;
    }
    List<InetAddress> addresses = new ArrayList<>(entry.addresses);
    addresses.remove(address);
    addresses.add(0, address);
    entries.put(name, new Entry(List.copyOf(addresses), entry.sinceNanos, entry.fresh));
  }
}
