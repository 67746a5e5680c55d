package io.vmessproxy.client.cli;

import static io.vmessproxy.client.cli.Parsed.ID;
import static io.vmessproxy.client.cli.Parsed.OTHER_ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.settings.ClientSettings;
import io.vmessproxy.common.vmess.Security;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class EnvironmentTest {
  private static final Map<String, String> ALL =
      Map.of(
          "VMESS_PROXY_LISTEN", "socks://127.0.0.1:9",
          "VMESS_PROXY_AUTH", "alice:${x}",
          "VMESS_PROXY_SERVER", "env:1",
          "VMESS_PROXY_USER", ID,
          "VMESS_PROXY_TAG", "tagged",
          "VMESS_PROXY_VNEXT", RunCommandTest.vnext("v"),
          "VMESS_PROXY_CONNECT_TIMEOUT", "9s",
          "VMESS_PROXY_POLICY", "1:connIdle=9s",
          "VMESS_PROXY_DRAIN", "");
  private static final String DEFAULTS = " 0 " + Security.auto().text() + " 0";
  private static final String USER = " 27848739-…-4b6b" + DEFAULTS;
  private static final String OTHER_USER = " b831381d-…-0811" + DEFAULTS;

  @Test
  void givesWhatTheCommandLineDoesNot() {
    ClientSettings settings = Parsed.settings(ALL);

    assertThat(settings.listeners()).hasToString("[socks://127.0.0.1:9]");
    assertThat(settings.credentials().accept("alice", "${x}")).isTrue();
    assertThat(RunCommandTest.describe(settings)).containsExactly("tagged" + USER, "v:9" + USER);
    assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(9));
    assertThat(settings.policies().of(1).connIdle()).isEqualTo(Duration.ofSeconds(9));
    assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void losesToTheCommandLine() {
    ClientSettings settings =
        Parsed.settings(
            ALL, "-l", "127.0.0.1:7", "-s", "a:1", "-u", OTHER_ID, "--connect-timeout", "1s");

    assertThat(settings.listeners()).hasToString("[mixed://127.0.0.1:7]");
    assertThat(RunCommandTest.describe(settings)).containsExactly("a:1" + OTHER_USER);
    assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void givesItsUserToEveryServerOfTheCommandLine() {
    ClientSettings settings = Parsed.settings(ALL, "-s", "a:1", "-s", "b:2", "--tag", "x");

    assertThat(RunCommandTest.describe(settings)).containsExactly("a:1" + USER, "x" + USER);
  }

  @Test
  void givesItsServerToTheUsersOfTheCommandLine() {
    ClientSettings settings =
        Parsed.settings(Map.of("VMESS_PROXY_SERVER", "env:1"), "-u", OTHER_ID);

    assertThat(RunCommandTest.describe(settings)).containsExactly("env:1" + OTHER_USER);
  }

  @Test
  void givesEveryServerOfTheCommandLineItsMuxAndUdpMode() {
    Map<String, String> environment =
        Map.of("VMESS_PROXY_MUX", "8", "VMESS_PROXY_UDP_MODE", "xudp", "VMESS_PROXY_USER", ID);

    assertThat(
            Parsed.settings(environment, "-s", "a:1", "--vnext", RunCommandTest.vnext("v"))
                .servers())
        .extracting(server -> server.tag() + " " + server.mux() + " " + server.udpMode())
        .containsExactly("a:1 8 XUDP", "v:9 8 XUDP");
    assertThat(Parsed.settings(environment, "-s", "a:1", "-s", "b:2", "--mux", "1").servers())
        .extracting(server -> server.tag() + " " + server.mux() + " " + server.udpMode())
        .containsExactly("a:1 0 XUDP", "b:2 1 XUDP");
  }

  @Test
  void switchesOn() {
    assertThat(Parsed.settings(Map.of("VMESS_PROXY_DEMO", "true")).demo()).isTrue();
  }

  @Test
  void doesNotContradictADemoOnTheCommandLine() {
    assertThat(Parsed.settings(ALL, "--demo").servers()).isEmpty();
  }

  @Test
  void itsDemoGivesWayToAServerOnTheCommandLine() {
    assertThat(Parsed.settings(Map.of("VMESS_PROXY_DEMO", "true"), "-s", "a:1", "-u", ID).servers())
        .hasSize(1);
  }

  @Test
  void isNamedInErrors() {
    assertThat(Parsed.error(Map.of("VMESS_PROXY_USER", ID + "0"), "--server", "a:1"))
        .isEqualTo(
            "VMESS_PROXY_USER: \"27848739…\" is neither a UUID nor a name"
                + " (expected: 8-4-4-4-12 hex digits, or 1 to 30 bytes)");
    assertThat(Parsed.error(Map.of("VMESS_PROXY_DRAIN", "3"), "--demo"))
        .startsWith("VMESS_PROXY_DRAIN: \"3\" is not a duration");
  }

  @Test
  void doesNotAskForHelpOrVersion() {
    assertThat(
            Parsed.settings(Map.of("VMESS_PROXY_VERSION", "1.2", "VMESS_PROXY_HELP", "x"), "--demo")
                .demo())
        .isTrue();
  }
}
