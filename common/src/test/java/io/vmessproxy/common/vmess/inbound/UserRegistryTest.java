package io.vmessproxy.common.vmess.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.account.AlterIds;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.header.AuthId;
import io.vmessproxy.common.vmess.header.LegacyAuth;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UserRegistryTest {
  private static final long NOW = FakeClock.START;

  private final SecureRandom random = new SecureRandom();
  private final FakeClock clock = new FakeClock();

  @Test
  void findsEachOfAThousandUsersWhoeverCameBefore() {
    List<InboundUser> users =
        new ArrayList<>(IntStream.range(0, 1000).mapToObj(i -> user(0, "u" + i)).toList());
    UserRegistry registry = new UserRegistry(users, clock);
    Collections.shuffle(users, new Random(11));
    for (InboundUser user : users) {
      assertThat(registry.identify(authId(user, NOW)).user().settings()).isEqualTo(user);
    }
    for (InboundUser user : users) {
      assertThat(registry.identify(authId(user, NOW)).user().settings()).isEqualTo(user);
    }
  }

  @Test
  void takesBothFormsFromEveryUser() {
    InboundUser plain = user(0, "plain");
    InboundUser legacy = user(2, "legacy");
    UserRegistry registry = new UserRegistry(List.of(plain, legacy), clock);

    assertThat(registry.identify(auth(plain.id(), NOW)).form()).isEqualTo(HeaderForm.LEGACY);
    assertThat(registry.identify(authId(legacy, NOW)).form()).isEqualTo(HeaderForm.AEAD);
    UserId last = AlterIds.of(legacy.id(), 2).get(1);
    UserRegistry.Sender sender = registry.identify(auth(last, NOW - 3));
    assertThat(sender.user().settings()).isEqualTo(legacy);
    assertThat(sender.unixSeconds()).isEqualTo(NOW - 3);
  }

  @Test
  void tellsHowFarAClockIsOff() {
    InboundUser user = user(0, "a@example.com");
    UserRegistry registry = new UserRegistry(List.of(user(0, ""), user, user(0, "")), clock);

    assertThatThrownBy(() -> registry.identify(authId(user, NOW + 282)))
        .hasMessage("user a@example.com, clock +282 s off (expected: within 120 s)");
    assertThatThrownBy(() -> registry.identify(authId(user, -1)))
        .hasMessageContaining("user a@example.com, clock -1700000001 s off");
    assertThatThrownBy(() -> registry.identify(auth(user.id(), NOW + 140)))
        .hasMessageStartingWith("no user made the auth id");
  }

  @Test
  void refusesAnAuthIdTheSecondTime() {
    InboundUser user = user(0, "a");
    UserRegistry registry = new UserRegistry(List.of(user), clock);
    byte[] authId = authId(user, NOW);
    registry.identify(authId.clone());

    assertThatThrownBy(() -> registry.identify(authId.clone())).hasMessage("user a, a replay");
  }

  @Test
  void takesALegacyValueAgainUntilItIsBurned() {
    InboundUser user = user(1, "a");
    UserRegistry registry = new UserRegistry(List.of(user), clock);
    byte[] auth = auth(user.id(), NOW + 120);
    registry.identify(auth.clone());
    registry.identify(auth.clone());
    registry.burn(auth);

    assertThatThrownBy(() -> registry.identify(auth.clone()))
        .hasMessage("user a, legacy: a header behind this auth value was wrong before");
    assertThat(registry.identify(auth(user.id(), NOW + 119)).form()).isEqualTo(HeaderForm.LEGACY);
    clock.advance(Duration.ofMinutes(4));
    registry.refresh();
    assertThatThrownBy(() -> registry.identify(auth.clone())).hasMessageContaining("wrong before");
  }

  @Test
  void takesALegacyClockUpToTheEdgeAsTimeGoesOn() {
    InboundUser user = user(1, "a");
    UserRegistry registry = new UserRegistry(List.of(user), clock);
    clock.advance(Duration.ofSeconds(1000));
    registry.refresh();

    for (long skew : new long[] {-120, -100, 0, 100, 120}) {
      assertThat(registry.identify(auth(user.id(), NOW + 1000 + skew)).user().settings())
          .isEqualTo(user);
    }
    assertThatThrownBy(() -> registry.identify(auth(user.id(), NOW + 1000 + 121)));
    assertThatThrownBy(() -> registry.identify(auth(user.id(), NOW + 1000 - 121)));
  }

  @Test
  void ofTwoUsersWithOneIdTheLaterOneCounts() {
    InboundUser first = user(0, "first");
    InboundUser second = new InboundUser(first.id(), 0, 1, "second");
    UserRegistry registry = new UserRegistry(List.of(first, second), clock);

    assertThat(registry.identify(authId(first, NOW)).user().settings()).isEqualTo(second);
  }

  @Test
  void takesAUserWhoIsAddedAtOnceAndHisLegacyIdsWithTheNextRefresh() {
    UserRegistry registry = new UserRegistry(List.of(), clock);
    InboundUser user = user(64, "guest");
    registry.add(user);

    assertThat(registry.identify(authId(user, NOW)).user().settings()).isEqualTo(user);
    registry.refresh();
    UserId last = AlterIds.of(user.id(), 64).get(63);
    assertThat(registry.identify(auth(last, NOW)).user().settings()).isEqualTo(user);
  }

  private InboundUser user(int alterId, String email) {
    return new InboundUser(UserId.random(random), alterId, 0, email);
  }

  private byte[] authId(InboundUser user, long time) {
    return AuthId.create(CommandKey.of(user.id()), time, random.nextInt());
  }

  private static byte[] auth(UserId id, long time) {
    return LegacyAuth.create(id, time);
  }
}
