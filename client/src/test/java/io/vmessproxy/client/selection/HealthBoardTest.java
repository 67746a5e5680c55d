package io.vmessproxy.client.selection;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.selection.HealthBoard.State;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.UserId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HealthBoardTest {
  private static final Duration MILLI = Duration.ofMillis(1);

  private final TestClock clock = new TestClock();
  private final List<Endpoint> ejected = new ArrayList<>();
  private final Server server = server("a", 2);
  private final Endpoint first = new Endpoint(server, server.users().get(0));
  private final Endpoint second = new Endpoint(server, server.users().get(1));
  private final Endpoint other = endpoint("b");
  private final HealthBoard board = board(7);

  @Test
  void nothingIsKnownAtFirst() {
    assertThat(List.of(first, second, other)).allMatch(board::available);
    assertThat(board.latencyNanos(first)).isZero();
    assertThat(board.unusualOpening(first)).isEmpty();
    assertThat(board.unusualWait(first)).isEqualTo(Duration.ofSeconds(1));
    assertThat(board.dueTrial()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Failure.class,
      names = {"UNRESOLVED", "REFUSED", "UNREACHABLE", "TIMED_OUT", "RESET", "TLS_EXPIRED"})
  void aFailureOfTheServerIsOneOfAllItsUsers(Failure failure) {
    fail(first, failure);

    assertThat(board.available(first)).isFalse();
    assertThat(board.available(second)).isFalse();
    assertThat(board.available(other)).isTrue();
    assertThat(ejected).containsExactlyInAnyOrder(first, second);
  }

  @Test
  void aUserThatIsNotTakenIsNobodyElsesFault() {
    fail(first, Failure.UNKNOWN_USER);

    assertThat(board.available(first)).isFalse();
    assertThat(board.available(second)).isTrue();
    assertThat(ejected).containsExactly(first);
  }

  @ParameterizedTest
  @EnumSource(
      value = Failure.class,
      names = {"ENDED", "TARGET", "QUOTA_PAGE", "EXHAUSTED", "INTERNAL"})
  void whatIsNotTheServersFaultOpensNothing(Failure failure) {
    fail(first, failure);

    assertThat(board.available(first)).isTrue();
    assertThat(ejected).isEmpty();
  }

  @Test
  void isTriedAgainAfterAGrowingTimeWithOneTrialAtATime() {
    List<Long> waited = new ArrayList<>();
    fail(first, Failure.REFUSED);
    for (int i = 0; i < 6; i++) {
      long millis = 0;
      Optional<Endpoint> due = board.dueTrial();
      while (due.isEmpty()) {
        clock.pass(MILLI);
        millis++;
        due = board.dueTrial();
      }
      waited.add(millis);
      assertThat(due.get().server()).isEqualTo(server);
      assertThat(board.state(first)).isEqualTo(State.HALF_OPEN);
      assertThat(board.available(first)).isFalse();
      assertThat(board.dueTrial()).as("one at a time").isEmpty();
      fail(first, Failure.REFUSED);
      fail(second, Failure.REFUSED); // An echo of the same.
    }

    long[] usual = {1000, 2000, 4000, 7000, 7000, 7000};
    for (int i = 0; i < usual.length; i++) {
      assertThat(waited.get(i)).isBetween(usual[i] * 8 / 10, usual[i] * 12 / 10 + 1);
    }
    assertThat(waited.subList(3, 6)).as("jitter").doesNotHaveDuplicates();
  }

  @Test
  void comesBackWithAPassedTrial() {
    fail(first, Failure.REFUSED);
    clock.passMillis(1300);
    assertThat(board.dueTrial()).isPresent();

    board.passed(first, 1_000_000);

    assertThat(board.state(first)).isEqualTo(State.CLOSED);
    assertThat(board.available(second)).isTrue();
  }

  @Test
  void aTrialOfServerAndUserFailsForBoth() {
    board.suspect(first, "it closes unanswered");
    clock.passMillis(100);
    fail(first, Failure.REFUSED);
    for (int i = 0; i < 3; i++) {
      clock.passMillis(9000);
      assertThat(board.dueTrial()).isPresent();
      board.suspect(first, "it closes unanswered");
      assertThat(board.state(first)).isEqualTo(State.OPEN);
    }
  }

  @Test
  void aTrialThatNobodyEndsIsTriedAgain() {
    fail(first, Failure.REFUSED);
    clock.passMillis(1300);
    assertThat(board.dueTrial()).isPresent();
    clock.passMillis(14_000);
    assertThat(board.dueTrial()).isEmpty();
    clock.passMillis(1001);
    assertThat(board.dueTrial()).isPresent();
  }

  @Test
  void whatServedForHalfAMinuteIsAsGoodAsNew() {
    for (int i = 0; i < 3; i++) {
      fail(first, Failure.REFUSED);
      clock.passMillis(9000);
      assertThat(board.dueTrial()).isPresent();
      board.passed(first, 1);
    }
    clock.passMillis(30_001);

    fail(first, Failure.REFUSED);
    clock.passMillis(1201);

    assertThat(board.dueTrial()).isPresent();
  }

  @Test
  void threeTimesOutdoneIsOut() {
    answer(first, 10, 5);
    board.outdone(first);
    board.outdone(first);
    answer(first, 10, 1);
    board.outdone(first);
    board.outdone(first);
    assertThat(board.available(first)).isTrue();
    answer(first, 5000, 1); // Unusually long: that is no sign of health.
    board.outdone(first);

    assertThat(board.available(first)).isFalse();
    assertThat(board.available(second)).isTrue();
  }

  @Test
  void slowAnswersInARowWhileOthersAreAsQuickAsEverAreOut() {
    answer(first, 5, 10);
    answer(other, 5, 10);
    answer(first, 400, 3);
    assertThat(board.available(first)).isTrue();
    answer(other, 5, 1);
    answer(first, 400, 1);

    assertThat(board.available(first)).isFalse();
    assertThat(ejected).containsExactly(first);
    answer(first, 5, 1); // It was short.
    assertThat(board.available(first)).isFalse();
  }

  @Test
  void slowTargetsAreNotTheServersFault() {
    answer(first, 5, 10);
    answer(other, 5, 10);
    for (int i = 0; i < 50; i++) {
      answer(first, 2000, 1);
      answer(other, 2000, 1);
    }
    answer(first, 5, 1);
    answer(first, 2000, 3);

    assertThat(ejected).isEmpty();
  }

  @Test
  void aSlowTrialDoesNotBringASlowServerBack() {
    answer(first, 10, 5);
    for (int i = 0; i < 3; i++) {
      board.outdone(first);
    }
    clock.passMillis(1300);
    assertThat(board.dueTrial()).contains(first);

    board.passed(first, Duration.ofMillis(100).toNanos());
    assertThat(board.state(first)).isEqualTo(State.OPEN);

    clock.passMillis(2500);
    assertThat(board.dueTrial()).contains(first);
    board.passed(first, Duration.ofMillis(20).toNanos());
    assertThat(board.available(first)).isTrue();
  }

  @Test
  void whatAllHaveInCommonIsNobodysFault() {
    fail(first, Failure.TIMED_OUT);
    assertThat(board.available(first)).isFalse();
    clock.passMillis(3000);
    ejected.clear();

    fail(other, Failure.UNREACHABLE);

    assertThat(List.of(first, second, other)).allMatch(board::available);
    assertThat(ejected).isEmpty();
  }

  @Test
  void serversThatRefuseOneAfterTheOtherStayOut() {
    fail(first, Failure.REFUSED);
    fail(other, Failure.REFUSED);

    assertThat(List.of(first, second, other)).noneMatch(board::available);
  }

  @Test
  void whatFailedLongAgoHasAnotherCause() {
    fail(first, Failure.TIMED_OUT);
    clock.passMillis(11_000);
    fail(other, Failure.TIMED_OUT);

    assertThat(board.available(other)).isFalse();
  }

  @Test
  void anotherNetworkIsAnotherChance() {
    fail(first, Failure.REFUSED);
    board.reset("network changed");

    assertThat(board.available(first)).isTrue();
    assertThat(board.dueTrial()).isEmpty();
  }

  @Test
  void anAnswerOfOneThatIsOutBringsItBack() {
    fail(first, Failure.REFUSED);
    answer(first, 5, 1);

    assertThat(board.available(second)).isTrue();
  }

  @Test
  void knowsWhatIsUsual() {
    answer(first, 200, 50);
    assertThat(board.latencyNanos(first)).isBetween(millis(190), millis(210));
    assertThat(board.unusualWait(first)).isBetween(Duration.ofMillis(300), Duration.ofMillis(310));
    for (int i = 0; i < 5; i++) {
      board.opened(first, millis(400));
    }
    assertThat(board.unusualOpening(second))
        .get()
        .satisfies(
            time -> assertThat(time).isBetween(Duration.ofSeconds(2), Duration.ofMillis(2200)));
  }

  @Test
  void aCrawlIsNotUsualAtOnce() {
    answer(first, 10, 20);
    answer(first, 3000, 3);

    assertThat(board.unusualWait(first)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void tellsSignsOfLife() {
    long before = clock.getAsLong();
    assertThat(board.alive(first, before)).isFalse();
    clock.passMillis(1);
    board.opened(second, 1);
    assertThat(board.alive(first, before)).isTrue();
    assertThat(board.answeredSince(second, before)).isFalse();
    board.passed(second, 1);
    assertThat(board.answeredSince(second, before)).isTrue();
    assertThat(board.answeredSince(first, before)).isFalse();
    clock.passMillis(1);
    assertThat(board.alive(first, clock.getAsLong())).isFalse();
  }

  @Test
  void forgetsWhoIsGone() {
    fail(first, Failure.REFUSED);
    board.track(List.of(other));
    board.track(List.of(first, second, other));

    assertThat(board.available(first)).isTrue();
  }

  @Test
  void theSameSeedGivesTheSameTimes() {
    assertThat(times(board(3))).isEqualTo(times(board(3)));
    assertThat(times(board(3))).isNotEqualTo(times(board(4)));
  }

  private List<Long> times(HealthBoard seeded) {
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      seeded.failed(first, new OutboundException(Failure.REFUSED, "connect", "a", "refused"));
      long start = clock.getAsLong();
      while (seeded.dueTrial().isEmpty()) {
        clock.pass(MILLI);
      }
      times.add(clock.getAsLong() - start);
    }
    return times;
  }

  private HealthBoard board(long seed) {
    return new HealthBoard(
        clock,
        new Random(seed),
        List.of(first, second, other),
        new HealthBoard.Listener() {
          @Override
          public void ejected(Endpoint endpoint) {
            ejected.add(endpoint);
          }
        });
  }

  private void fail(Endpoint endpoint, Failure failure) {
    board.failed(
        endpoint, new OutboundException(failure, "connect", endpoint.server().tag(), "it failed"));
  }

  private void answer(Endpoint endpoint, long millis, int times) {
    for (int i = 0; i < times; i++) {
      board.answered(endpoint, millis(millis));
    }
  }

  private static long millis(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  static Endpoint endpoint(String tag) {
    Server server = server(tag, 1);
    return new Endpoint(server, server.users().get(0));
  }

  static Server server(String tag, int users) {
    return new Server(
        tag,
        new Destination(Address.of(tag + ".example"), 443),
        Stream.generate(
                () ->
                    new Account(
                        UserId.random(new java.security.SecureRandom()),
                        0,
                        Security.AES_128_GCM,
                        0))
            .limit(users)
            .toList());
  }
}
