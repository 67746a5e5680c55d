package io.vmessproxy.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.selection.Strategy;
import io.vmessproxy.client.settings.ChoiceSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ChoiceOptionsTest {
  @Test
  void serversAreTakenInTurnUnlessToldOtherwise() {
    assertThat(Parsed.settings("--demo").choice()).isEqualTo(ChoiceSettings.DEFAULT);
  }

  @ParameterizedTest
  @EnumSource
  void readsEveryStrategy(Strategy strategy) {
    assertThat(Parsed.settings("--demo", "--strategy", strategy.text()).choice().strategy())
        .isEqualTo(strategy);
  }

  @Test
  void readsTheRest() {
    assertThat(Parsed.settings("--demo", "--attempts", "1", "--no-hedge").choice())
        .isEqualTo(new ChoiceSettings(Strategy.ROUND_ROBIN, 1, false));
  }

  @Test
  void readsProbes() {
    ChoiceSettings choice =
        Parsed.settings("--demo", "--probe", "5m", "--probe-url", "https://a.example/x").choice();

    assertThat(choice.probe()).isEqualTo(Duration.ofMinutes(5));
    assertThat(choice.probeUrl()).isEqualTo(URI.create("https://a.example/x"));
  }

  @Test
  void readsVariables() {
    assertThat(
            Parsed.settings(
                    Map.of("VMESS_PROXY_STRATEGY", "failover", "VMESS_PROXY_NO_HEDGE", "true"),
                    "--demo")
                .choice())
        .isEqualTo(new ChoiceSettings(Strategy.FAILOVER, 3, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --strategy | fastest | --strategy: "fastest" (expected: round-robin, failover, least-latency, random)
          --attempts | 0       | --attempts: 0 (expected: 1..16)
          --attempts | many    | --attempts: "many" (expected: 1..16)
          --probe    | 10ms    | --probe: 10ms (expected: 1s or more, as in 5m)
          --probe-url | ftp://a/secret | --probe-url: "ftp://a…" is no URL to fetch (expected: http or https, as in http://www.gstatic.com/generate_204)
          """)
  void saysWhatIsWrong(String option, String value, String error) {
    assertThat(Parsed.error("--demo", option, value)).isEqualTo(error);
  }
}
