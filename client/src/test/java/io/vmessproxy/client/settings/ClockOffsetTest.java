package io.vmessproxy.client.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClockOffsetTest {
  @ParameterizedTest
  @CsvSource({"0, 0", "282, 282", "+282, 282", "-60, -60", "1790000000, 1790000000"})
  void readsSeconds(String text, long seconds) {
    ClockOffset offset = ClockOffset.read("--clock-offset", text);

    assertThat(offset.ahead()).hasSeconds(seconds);
    assertThat(offset.auto()).isFalse();
  }

  @Test
  void readsTheWordForFindingOut() {
    ClockOffset offset = ClockOffset.read("--clock-offset", "auto");

    assertThat(offset.auto()).isTrue();
    assertThat(offset.ahead()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-", "5m", "1.5", "--1", "Auto", "12345678901"})
  void refusesAnythingElse(String text) {
    assertThatThrownBy(() -> ClockOffset.read("--clock-offset", text))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("--clock-offset: \"" + text + "\" is not an offset");
  }
}
