package io.vmessproxy.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.serve.ServeProxy;
import io.vmessproxy.client.settings.InboundSettings;
import io.vmessproxy.client.settings.ServeSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ServeReportTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 10086, listening vmess 127.0.0.1:10086",
    "::, 1, listening vmess [::]:1",
  })
  void tellsScriptsWhereItListens(String host, int port, String line) {
    assertThat(
            ServeReport.listening(
                new ServeProxy.Listener("home", new InetSocketAddress(host, port))))
        .isEqualTo(line);
  }

  @Test
  void warnsOfWhatClientsMayStumbleOver() {
    ServeSettings settings =
        Parsed.serveSettings(
            Map.of(),
            "--inbound",
            "a:1",
            "--client",
            Parsed.ID,
            "--detour",
            "more",
            "--inbound",
            "more=a:2-9",
            "--disable-insecure-encryption",
            "--inbound",
            "a:10-20");

    assertThat(ServeReport.warnings(settings))
        .containsExactly(
            "inbound more: V2Ray's clients come with aes-128-cfb where a detour sends them, and"
                + " --disable-insecure-encryption ends such connections",
            "inbound a:10-20: has no client, and no --detour leads to it: nobody can use it");
  }

  @Test
  void warnsOfNothingUsual() {
    assertThat(
            ServeReport.warnings(
                Parsed.serveSettings(Map.of(), "--inbound", "a:1", "--client", Parsed.ID)))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [::1]:80 | Address already in use | already in use (another port: --inbound [::1]:81; any free one: --inbound [::1]:0)
          x=127.0.0.1:80-89 | Address already in use | already in use (other ports: --inbound 127.0.0.1:90-99)
          127.0.0.1:65530-65535 | Address already in use | already in use (other ports: --inbound 127.0.0.1:20000-20005)
          127.0.0.1:80 | Permission denied | not permitted (ports below 1024 are the system's; another port: --inbound 127.0.0.1:10086)
          8.8.8.8:80 | Cannot assign requested address | not an address of this machine (this machine alone: --inbound 127.0.0.1:80)
          8.8.8.8:80-89 | Cannot assign requested address | not an address of this machine (this machine alone: --inbound 127.0.0.1:80-89)
          8.8.8.8:80 | Boom | Boom (another one: --inbound 127.0.0.1:0)
          """)
  void saysWhyAnInboundCannotBeBound(String inbound, String cause, String reason) {
    InboundSettings settings =
        Parsed.serveSettings(Map.of(), "--inbound", inbound, "--client", Parsed.ID)
            .inbounds()
            .get(0);

    assertThat(BindFailure.message(settings, new IOException(cause)))
        .isEqualTo(
            "--inbound: cannot listen on "
                + inbound.substring(inbound.indexOf('=') + 1)
                + ": "
                + reason);
  }

  @Test
  void showsItsOwnHelpInSections() {
    String help = Parsed.output("serve", "--help");

    assertThat(help)
        .containsSubsequence(
            "Usage: vmess-proxy serve [OPTIONS]",
            "Inbounds:",
            "--inbound",
            "--client",
            "--detour",
            "--default",
            "--allocate",
            "--disable-insecure-encryption",
            "--settings",
            "--transport",
            "--path",
            "--tls-cert",
            "--tls-key",
            "Targets:",
            "--allow",
            "--deny",
            "Timeouts:",
            "--policy",
            "--drain",
            "Watching:",
            "--verbose",
            "--help",
            "Examples:")
        .doesNotContain("--sni", "--listen", "--connect-timeout");
    assertThat(help.lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void showsTheVersions() {
    assertThat(Parsed.output("serve", "--version")).startsWith("vmess-proxy ");
  }
}
