package io.vmessproxy.client.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScheduleTest {
  private static final Profile EVERY_SIX_HOURS =
      new Profile("", null, Duration.ofHours(6), List.of());

  @ParameterizedTest
  @CsvSource({"PT10S, PT10S", ", PT6H"})
  void theUsersIntervalGoesBeforeTheProviders(@Nullable Duration wanted, Duration interval) {
    assertThat(schedule(wanted, 0).interval(EVERY_SIX_HOURS)).isEqualTo(interval);
  }

  @Test
  void isADayWhereNobodySays() {
    assertThat(schedule(null, 0).interval(Profile.NONE)).isEqualTo(Duration.ofHours(24));
  }

  @ParameterizedTest
  @CsvSource({
    "0, PT0S, PT10H",
    "0, PT4H, PT6H",
    "1, PT4H, PT7H",
    "1, PT10H, PT0S",
    "1, PT100H, PT0S",
    "1, PT-1S, PT0S",
  })
  void whatIsTooOldOrOfTheFutureIsRefreshedAtOnce(double random, Duration age, Duration wait) {
    assertThat(schedule(Duration.ofHours(10), random).afterSuccess(Profile.NONE, age))
        .isEqualTo(wait);
  }

  @ParameterizedTest
  @CsvSource({"1, PT5M", "2, PT15M", "3, PT1H", "4, PT1H", "1000, PT1H"})
  void waitsLongerFromFailureToFailure(int failures, Duration wait) {
    assertThat(schedule(null, 0).afterFailure(Profile.NONE, failures)).isEqualTo(wait);
    assertThat(schedule(null, 1).afterFailure(Profile.NONE, failures))
        .isEqualTo(wait.plus(wait.dividedBy(10)));
  }

  @Test
  void aFailureNeverSlowsDown() {
    assertThat(schedule(Duration.ofSeconds(10), 0).afterFailure(Profile.NONE, 3))
        .isEqualTo(Duration.ofSeconds(10));
  }

  @ParameterizedTest
  @CsvSource({
    "PT-5S, 0 s",
    "PT90S, 90 s",
    "PT5M, 5 min",
    "PT3H, 3 h",
    "PT47H59M, 47 h",
    "P12D, 12 days"
  })
  void saysHowLong(Duration duration, String text) {
    assertThat(Schedule.text(duration)).isEqualTo(text);
  }

  private static Schedule schedule(@Nullable Duration wanted, double random) {
    return new Schedule(wanted, () -> random);
  }
}
