package io.vmessproxy.client.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SizesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "4096, 4096",
    "512k, 524288",
    "512K, 524288",
    "1m, 1048576",
    "1024M, 1073741824"
  })
  void readsBytes(String text, int bytes) {
    assertThat(Sizes.read("x", text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "k", "1g", "1kb", "-1", "+1", "1.5m", "99999999999", "1 k"})
  void refusesWhatIsNoSize(String text) {
    assertThatThrownBy(() -> Sizes.read("x", text))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "x: \"" + text + "\" is not a size (expected: bytes, as in 4096, 512k, 1m or 0)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1025m", "1073741825", "9999999999m"})
  void refusesMoreThanABufferNeeds(String text) {
    assertThatThrownBy(() -> Sizes.read("x", text))
        .hasMessage("x: \"" + text + "\" is too large (expected: at most 1024m)");
  }
}
