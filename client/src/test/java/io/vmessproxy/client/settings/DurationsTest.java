package io.vmessproxy.client.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "250ms, PT0.25S",
    "4s, PT4S",
    "2m, PT2M",
    "1h, PT1H",
    "0s, PT0S",
    "007s, PT7S",
    "8760h, PT8760H"
  })
  void readsANumberAndItsUnit(String text, String expected) {
    assertThat(Durations.read("--drain", text)).isEqualTo(Duration.parse(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "4",
        "s",
        "4 s",
        "-4s",
        "+4s",
        "1.5s",
        "4S",
        "4sec",
        "1m30s",
        "9999999999s",
        "٤s"
      })
  void refusesAllElse(String text) {
    assertThatThrownBy(() -> Durations.read("--drain", text))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "--drain: \"%s\" is not a duration (expected: a number and its unit, as in 250ms, 4s,"
                    .formatted(text)
                + " 2m or 1h)");
  }

  @Test
  void refusesMoreThanAYear() {
    assertThatThrownBy(() -> Durations.read("--drain", "8761h"))
        .hasMessage("--drain: \"8761h\" is too long (expected: at most 8760h)");
  }

  @Test
  void refusesZeroWhereTimeIsNeeded() {
    assertThatThrownBy(() -> Durations.readPositive("--connect-timeout", "0ms"))
        .hasMessage("--connect-timeout: \"0ms\" leaves no time (expected: more than 0, as in 4s)");
  }
}
