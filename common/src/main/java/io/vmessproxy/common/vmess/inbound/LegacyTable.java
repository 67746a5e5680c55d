package io.vmessproxy.common.vmess.inbound;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Finds who sent a legacy authentication: the HMAC-MD5 of a second under an id. It cannot be
 * computed back, so all that any id may send in the {@value #WINDOW_SECONDS} seconds before and
 * behind now is kept ready, a {@link LegacySecond} for each.
 *
 * <p>Cost: an id takes 243 times four and a half bytes, with its digests' states 1.5 KB; a user
 * with 65535 alternative ids 70 MB for the seconds and 23 MB for the states. Each second an id
 * takes about half a microsecond. Looking a stranger up costs some microseconds for few ids, tens
 * for the most.
 *
 * <p>{@link #find} may be called from any thread and waits for nobody, {@link #add} neither. {@link
 * #cover} does the work: not for event loops.
 *
 * <p>Source: VMess specification, "Authentication Information"; V2Ray 4.34, proxy/vmess/vmess.go,
 * whose window is as wide give or take its refresh of 10 s.
 */
final class LegacyTable {
  /** How far a client's clock may be off, either way. */
  static final int WINDOW_SECONDS = 120;

  /** Kept ready beyond the window, so that a refresh may come late by so much. */
  private static final int AHEAD_SECONDS = 2;

  /** Seconds that are kept: the window, now, and what is ahead. */
  static final int SECONDS = 2 * WINDOW_SECONDS + 1 + AHEAD_SECONDS;

  private static final int SLOTS = 256; // By the second's low bits; more than SECONDS.

  private final AtomicReferenceArray<@Nullable LegacySecond> slots =
      new AtomicReferenceArray<>(SLOTS);
  private final Queue<UserRegistry.User> added = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size; // with the added ones
  private volatile LegacyIds ids;

  /** Who sent it, and for which second. */
  record Match(UserRegistry.User user, long second) {}

  /**
   * @throws IllegalArgumentException if the users have too many ids together, see {@link
   *     LegacyIds#MAX}
   */
  LegacyTable(List<UserRegistry.User> users) {
    this.ids = LegacyIds.of(users);
    this.size = new AtomicInteger(ids.size());
  }

  /** How many ids there are, of all users. */
  int size() {
    return size.get();
  }

  /**
   * Takes one more user, whom the next {@link #cover} makes to be found. Does not wait for one that
   * is under way.
   *
   * @throws IllegalArgumentException if that is too many ids
   */
  void add(UserRegistry.User user) {
    int more = 1 + user.settings().alterId();
    size.updateAndGet(ids -> LegacyIds.checked(ids + more));
    added.add(user);
  }

  /**
   * Computes what is missing of the whole window around {@code now}, and forgets what is outside.
   */
  void cover(long now) {
    cover(now, WINDOW_SECONDS + AHEAD_SECONDS);
    for (int i = 0; i < SLOTS; i++) {
      LegacySecond slot = slots.get(i);
      if (slot != null && !kept(slot.second() - now)) {
        slots.set(i, null);
      }
    }
  }

  /** The same for the seconds that are no further from {@code now} than {@code reach}. */
  synchronized void cover(long now, int reach) {
    List<UserRegistry.User> more = new ArrayList<>();
    for (var user = added.poll(); user != null; user = added.poll()) {
      more.add(user);
    }
    ids = ids.plus(more);
    // Nearest first: most clocks are right.
    for (int distance = 0; distance <= reach; distance++) {
      coverSecond(now + distance);
      if (distance <= WINDOW_SECONDS) {
        coverSecond(now - distance);
      }
    }
  }

  private static boolean kept(long skew) {
    return skew >= -WINDOW_SECONDS && skew <= WINDOW_SECONDS + AHEAD_SECONDS;
  }

  private void coverSecond(long second) {
    LegacyIds all = ids;
    LegacySecond known = slot(second);
    if (known == null) {
      slots.set(index(second), LegacySecond.of(second, all));
    } else if (known.size() < all.size()) {
      slots.set(index(second), known.grow(all));
    }
  }

  /** Who sent {@code auth} within the window around {@code now}; null if nobody did. */
  @Nullable Match find(byte[] auth, long now) {
    for (int distance = 0; distance <= WINDOW_SECONDS; distance++) {
      Match match = findIn(auth, now - distance);
      if (match == null && distance > 0) {
        match = findIn(auth, now + distance);
      }
      if (match != null) {
        return match;
      }
    }
    return null;
  }

  private @Nullable Match findIn(byte[] auth, long second) {
    LegacySecond slot = slot(second);
    if (slot == null) {
      return null;
    }
    LegacyIds all = ids; // Read behind the slot, so it knows every number there.
    int number = slot.find(auth, all);
    return number < 0 ? null : new Match(all.owner(number), second);
  }

  private @Nullable LegacySecond slot(long second) {
    LegacySecond slot = slots.get(index(second));
    return slot == null || slot.second() != second ? null : slot;
  }

  private static int index(long second) {
    return (int) (second & (SLOTS - 1));
  }

  /** What the seconds hold now, bytes. */
  long bytes() {
    long bytes = 0;
    for (int i = 0; i < SLOTS; i++) {
      LegacySecond slot = slots.get(i);
      bytes += slot == null ? 0 : slot.bytes();
    }
    return bytes;
  }
}
