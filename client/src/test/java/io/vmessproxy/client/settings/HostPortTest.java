package io.vmessproxy.client.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HostPortTest {
  @ParameterizedTest
  @CsvSource({
    "a.example.com:443, a.example.com:443",
    "192.0.2.7:1, 192.0.2.7:1",
    "[2001:db8::1]:65535, [2001:db8::1]:65535",
    "[::ffff:192.0.2.7]:80, 192.0.2.7:80",
    "my_host:080, my_host:80",
  })
  void readsAHostAndItsPort(String text, String shown) {
    assertThat(HostPort.read("--server", text, 1, "a.example.com:443")).hasToString(shown);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      textBlock =
          """
          443 => "443" has no host (expected: HOST:PORT, as in a.example.com:443)
          :443 => ":443" has no host (expected: HOST:PORT, as in a.example.com:443)
          a.example.com => "a.example.com" has no port (expected: HOST:PORT, as in a.example.com:443)
          [::1] => "[::1]" has no port (expected: HOST:PORT, as in a.example.com:443)
          a: => "a:": port: "" (expected: 1..65535)
          a:0 => "a:0": port: 0 (expected: 1..65535)
          a:65536 => "a:65536": port: 65536 (expected: 1..65535)
          a:-1 => "a:-1": port: -1 (expected: 1..65535)
          a:http => "a:http": port: "http" (expected: 1..65535)
          ::1:443 => "::1:443": IPv6 goes in brackets (expected: [HOST]:PORT, as in [::1]:1080)
          *:443 => "*:443": '*' is no address (expected: 0.0.0.0 or [::] for all)
          a/b:443 => "a…" is not an address (expected: HOST:PORT, as in a.example.com:443)
          """)
  void saysWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> HostPort.read("--server", text, 1, "a.example.com:443"))
        .isInstanceOf(SettingsException.class)
        .hasMessage("--server: " + message);
  }
}
