package io.vmessproxy.common.vmess.inbound;

import io.vmessproxy.common.crypto.HmacMd5;
import io.vmessproxy.common.vmess.account.AlterIds;
import io.vmessproxy.common.vmess.header.LegacyAuth;
import java.util.Arrays;
import java.util.List;

/**
 * All ids under which legacy requests may come, numbered: of each user the main id, then the
 * alternative ones. Immutable; grows by copies.
 *
 * <p>An id costs about 350 bytes: the states of its two digests, ready made.
 */
final class LegacyIds {
  /**
   * The most ids, of all users together: two users with the most alternative ids there are. Twice
   * as many, and a heap of 512 MB would not hold the table.
   */
  static final int MAX = 1 << LegacySecond.NUMBER_BITS;

  private static final LegacyIds NONE = new LegacyIds(new HmacMd5[0], new UserRegistry.User[0]);

  private final HmacMd5[] hashes;
  private final UserRegistry.User[] owners;

  private LegacyIds(HmacMd5[] hashes, UserRegistry.User[] owners) {
    this.hashes = hashes;
    this.owners = owners;
  }

  /**
   * The ids of {@code users}.
   *
   * @throws IllegalArgumentException if they are more than {@link #MAX}
   */
  static LegacyIds of(List<UserRegistry.User> users) {
    return NONE.plus(users);
  }

  /**
   * These, and those of more users behind them.
   *
   * @throws IllegalArgumentException if they are more than {@link #MAX}
   */
  LegacyIds plus(List<UserRegistry.User> users) {
    if (users.isEmpty()) {
      return this;
    }
    long more = users.stream().mapToLong(user -> 1L + user.settings().alterId()).sum();
    int count = checked(hashes.length + more);
    HmacMd5[] allHashes = Arrays.copyOf(hashes, count);
    UserRegistry.User[] allOwners = Arrays.copyOf(owners, count);
    int next = hashes.length;
    for (UserRegistry.User user : users) {
      int first = next;
      allHashes[next++] = LegacyAuth.under(user.settings().id());
      for (var id : AlterIds.of(user.settings().id(), user.settings().alterId())) {
        allHashes[next++] = LegacyAuth.under(id);
      }
      Arrays.fill(allOwners, first, next, user);
    }
    return new LegacyIds(allHashes, allOwners);
  }

  /**
   * So many ids, if they are not too many.
   *
   * @throws IllegalArgumentException if they are
   */
  static int checked(long ids) {
    if (ids > MAX) {
      throw new IllegalArgumentException(
          "users: %d ids, alternative ones (alterId) included (expected: at most %d)"
              .formatted(ids, MAX));
    }
    return (int) ids;
  }

  int size() {
    return hashes.length;
  }

  /** What the id of this number sends in this second, 16 bytes. */
  byte[] auth(int number, long second) {
    return hashes[number].of(second);
  }

  /** As {@link #auth(int, long)}, into an array. */
  void auth(int number, long second, byte[] out) {
    hashes[number].of(second, out, 0);
  }

  /** Whose id it is. */
  UserRegistry.User owner(int number) {
    return owners[number];
  }
}
