package io.vmessproxy.common.vmess.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmessproxy.common.vmess.account.AlterIds;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.header.LegacyAuth;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LegacyTableTest {
  private static final long NOW = 1_700_000_000;

  private final SecureRandom random = new SecureRandom();

  @ParameterizedTest
  @ValueSource(longs = {-120, -100, -1, 0, 1, 100, 120})
  void findsAUserByTheMainIdAndEachAlternativeOne(long skew) {
    UserRegistry.User user = user(5);
    LegacyTable table = covering(user(2), user, user(0));

    assertThat(find(table, user.settings().id(), NOW + skew)).isSameAs(user);
    for (UserId id : AlterIds.of(user.settings().id(), 5)) {
      assertThat(find(table, id, NOW + skew)).isSameAs(user);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1_000_000, -140, -121, 121, 122, 140, 256, -256})
  void findsNobodyOutsideOfTheWindow(long skew) {
    UserRegistry.User user = user(1);

    assertThat(find(covering(user), user.settings().id(), NOW + skew)).isNull();
  }

  @Test
  void findsNobodyByMoreIdsThanTheUserHas() {
    UserRegistry.User user = user(3);
    UserId fourth = AlterIds.of(user.settings().id(), 4).get(3);

    assertThat(find(covering(user), fourth, NOW)).isNull();
  }

  @Test
  void findsNobodyInNoise() {
    LegacyTable table = covering(user(500), user(500));
    Random noise = new Random(7);
    for (int i = 0; i < 2000; i++) {
      byte[] auth = new byte[16];
      noise.nextBytes(auth);
      assertThat(table.find(auth, NOW)).isNull();
    }
  }

  @Test
  void tellsTheSecond() {
    UserRegistry.User user = user(1);
    LegacyTable.Match match =
        covering(user).find(LegacyAuth.create(user.settings().id(), NOW - 17), NOW);

    assertThat(match).isEqualTo(new LegacyTable.Match(user, NOW - 17));
  }

  @Test
  void followsTheClock() {
    UserRegistry.User user = user(1);
    LegacyTable table = covering(user);
    for (long now = NOW + 1; now <= NOW + 400; now++) {
      table.cover(now);
    }

    assertThat(find(table, user.settings().id(), NOW + 400 + 120, NOW + 400)).isSameAs(user);
    assertThat(find(table, user.settings().id(), NOW + 400 - 120, NOW + 400)).isSameAs(user);
    assertThat(find(table, user.settings().id(), NOW, NOW + 400)).isNull();
  }

  @Test
  void findsTheUsualClocksWhileTheRestIsNotCovered() {
    UserRegistry.User user = user(1);
    LegacyTable table = new LegacyTable(List.of(user));
    table.cover(NOW, 35);

    assertThat(find(table, user.settings().id(), NOW - 35)).isSameAs(user);
    assertThat(find(table, user.settings().id(), NOW + 35)).isSameAs(user);
    assertThat(find(table, user.settings().id(), NOW + 36)).isNull();
  }

  @Test
  void findsUsersThatWereAddedBesideTheOldOnes() {
    UserRegistry.User old = user(100);
    LegacyTable table = covering(old);
    List<UserRegistry.User> added = IntStream.range(0, 50).mapToObj(i -> user(i)).toList();
    added.forEach(table::add);
    table.cover(NOW);

    for (UserRegistry.User user : added) {
      assertThat(find(table, user.settings().id(), NOW - 120)).isSameAs(user);
    }
    for (UserId id : AlterIds.of(old.settings().id(), 100)) {
      assertThat(find(table, id, NOW + 120)).isSameAs(old);
    }
  }

  @Test
  void holdsTheMostAlternativeIdsInSeventyMegabytes() {
    LegacyIds ids = LegacyIds.of(List.of(user(65535)));
    LegacySecond second = LegacySecond.of(NOW, ids);

    assertThat(second.bytes()).isEqualTo(4 * 65536 + 4 * 8193);
    assertThat(second.bytes() * LegacyTable.SECONDS).isLessThan(72_000_000);
    assertThat(second.find(ids.auth(65535, NOW), ids)).isEqualTo(65535);
  }

  @Test
  void holdsNoMoreSecondsThanItNeeds() {
    LegacyTable table = covering(user(0));
    for (long now = NOW; now < NOW + 300; now += 7) {
      table.cover(now);
    }

    assertThat(table.bytes()).isEqualTo(LegacyTable.SECONDS * 4L * (1 + 65));
  }

  @Test
  void takesTwoUsersWithTheMostIdsAndNoMore() {
    LegacyTable table = new LegacyTable(List.of(user(65535), user(65534)));
    table.add(user(0));

    assertThatThrownBy(() -> table.add(user(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "users: 131073 ids, alternative ones (alterId) included (expected: at most 131072)");
    assertThatThrownBy(() -> new LegacyTable(List.of(user(65535), user(65535), user(0))))
        .hasMessageContaining("131073 ids");
  }

  private UserRegistry.User user(int alterId) {
    return UserRegistry.User.of(new InboundUser(UserId.random(random), alterId, 0, ""));
  }

  private static LegacyTable covering(UserRegistry.User... users) {
    LegacyTable table = new LegacyTable(List.of(users));
    table.cover(NOW);
    return table;
  }

  private static UserRegistry.@Nullable User find(LegacyTable table, UserId id, long second) {
    return find(table, id, second, NOW);
  }

  private static UserRegistry.@Nullable User find(
      LegacyTable table, UserId id, long second, long now) {
    LegacyTable.Match match = table.find(LegacyAuth.create(id, second), now);
    return match == null ? null : match.user();
  }
}
