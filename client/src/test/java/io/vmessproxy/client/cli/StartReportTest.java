package io.vmessproxy.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.ClientProxy;
import io.vmessproxy.client.settings.ClientSettings;
import io.vmessproxy.client.settings.ListenerSettings;
import io.vmessproxy.client.settings.ListenerSettings.Kind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StartReportTest {
  @ParameterizedTest
  @CsvSource({
    "MIXED, 127.0.0.1, 1080, listening mixed 127.0.0.1:1080",
    "SOCKS, ::1, 4711, listening socks [::1]:4711",
    "HTTP, ::, 80, listening http [::]:80",
  })
  void tellsScriptsWhereItListens(Kind kind, String host, int port, String line) {
    assertThat(StartReport.listening(listener(kind, host, port))).isEqualTo(line);
  }

  @ParameterizedTest
  @CsvSource({
    "MIXED, 127.0.0.1, false, curl --proxy socks5h://127.0.0.1:1080 http://example.com/",
    "HTTP, ::1, false, curl --proxy http://[::1]:1080 http://example.com/",
    "SOCKS, 0.0.0.0, true, "
        + "curl --proxy-user USER:PASSWORD --proxy socks5h://127.0.0.1:1080 http://example.com/",
  })
  void tellsPeopleHowToTryIt(Kind kind, String host, boolean login, String command) {
    assertThat(StartReport.curl(listener(kind, host, 1080), login)).isEqualTo(command);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      textBlock =
          """
          bind(..) failed with error(-98): Address already in use => already in use (another port: --listen [::1]:81; any free one: --listen [::1]:0)
          Permission denied => not permitted (ports below 1024 are the system's; another port: --listen [::1]:1080)
          Cannot assign requested address => not an address of this machine (this machine alone: --listen 127.0.0.1:80)
          Boom => Boom (another one: --listen 127.0.0.1:0)
          """,
      quoteCharacter = '`')
  void saysWhyAListenerCannotBeBound(String cause, String reason) {
    ListenerSettings listener = new ListenerSettings(Kind.SOCKS, "::1", 80);

    assertThat(BindFailure.message(listener, new IOException(cause)))
        .isEqualTo("--listen: cannot listen on socks://[::1]:80: " + reason);
  }

  @Test
  void saysThatAListenersNameDoesNotResolve() {
    ListenerSettings listener = new ListenerSettings(Kind.SOCKS, "no.example", 80);

    assertThat(BindFailure.message(listener, new UnknownHostException("no.example")))
        .isEqualTo(
            "--listen: cannot listen on socks://no.example:80: its name does not resolve"
                + " (expected: an address of this machine, as in --listen 127.0.0.1:1080)");
  }

  @Test
  void warnsOnceOfEachThingThatIsLessThanUsual() {
    ClientSettings settings =
        Parsed.settings(
            "-s",
            "a:1",
            "-u",
            Parsed.ID + ",alterId=4",
            "-u",
            Parsed.OTHER_ID + ",alterId=5",
            "-s",
            "b:1",
            "-u",
            Parsed.OTHER_ID + ",security=zero",
            "-u",
            Parsed.ID + ",security=none",
            "-u",
            Parsed.ID + ",security=aes-128-cfb");

    assertThat(StartReport.warnings(settings))
        .containsExactly(
            "user 27848739-…-4b6b: alterId 4 stands for the header of old servers; the newest ones"
                + " (Xray since 1.8.3, V2Ray 5 unless told otherwise) refuse it (alterId=0 is for"
                + " servers since V2Ray 4.28)",
            "user b831381d-…-0811: security zero leaves the payload readable to anyone on the"
                + " path, for there is no TLS to its server (security=auto seals it)",
            "user 27848739-…-4b6b: security aes-128-cfb lets anyone on the path change the payload"
                + " unnoticed; it is for old servers only (security=auto seals it)");
  }

  @Test
  void warnsOfNothingUsual() {
    assertThat(StartReport.warnings(Parsed.settings("-s", "a:1", "-u", Parsed.ID))).isEmpty();
  }

  @Test
  void showsHelpInSections() {
    assertThat(Parsed.output("--help"))
        .containsSubsequence(
            "Usage: vmess-proxy [run] [OPTIONS] [LINK...]",
            "Front end:",
            "--listen",
            "--auth",
            "--allow-open",
            "Servers:",
            "--server",
            "--user",
            "--tag",
            "--vnext",
            "--subscribe",
            "--mux",
            "--udp-mode",
            "--demo",
            "Subscriptions:",
            "--subscribe-interval",
            "--subscribe-direct",
            "--subscribe-agent",
            "--cache-dir",
            "Timeouts:",
            "--connect-timeout",
            "--handshake-timeout",
            "--clock-offset",
            "--policy",
            "--drain",
            "Watching:",
            "--verbose",
            "--quiet",
            "--help",
            "--version",
            "Other commands:",
            "link",
            "Reads links",
            "serve",
            "A VMess server",
            "Examples:");
    assertThat(Parsed.output("--help").lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void showsTheVersions() {
    assertThat(Parsed.output("--version")).startsWith("vmess-proxy ").contains("\nJava ");
  }

  private static ClientProxy.Listener listener(Kind kind, String host, int port) {
    return new ClientProxy.Listener(kind, new InetSocketAddress(host, port));
  }
}
