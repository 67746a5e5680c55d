package io.vmessproxy.client.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ListenerSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, true",
    "127.9.9.9, true",
    "::1, true",
    "0:0:0:0:0:0:0:1, true",
    "LocalHost, true",
    "0.0.0.0, false",
    "::, false",
    "192.168.1.1, false",
    "128.0.0.1, false",
    "localhost.example.com, false",
    "127.0.0.1.example.com, false",
  })
  void knowsWhatOnlyThisMachineReaches(String host, boolean loopback) {
    assertThat(new ListenerSettings(ListenerSettings.Kind.MIXED, host, 1080).loopback())
        .isEqualTo(loopback);
  }
}
