package io.vmessproxy.client.cli;

import static io.vmessproxy.client.cli.Parsed.ID;
import static io.vmessproxy.client.cli.Parsed.OTHER_ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.ClientSettings;
import io.vmessproxy.client.settings.ClockOffset;
import io.vmessproxy.client.settings.ListenerSettings;
import io.vmessproxy.client.settings.UdpSettings;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.policy.Policy;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class RunCommandTest {
  @Test
  void hasTheDocumentedDefaults() {
    ClientSettings settings = Parsed.settings("--server", "a:1", "--user", ID);

    assertThat(settings.listeners()).hasToString("[mixed://127.0.0.1:1080]");
    assertThat(settings.credentials().required()).isFalse();
    assertThat(settings.udp()).isEqualTo(UdpSettings.DEFAULT);
    assertThat(settings.demo()).isFalse();
    assertThat(settings.policies().byLevel()).isEmpty();
    assertThat(settings.connectTimeout()).isEqualTo(Duration.ofMillis(2500));
    assertThat(settings.handshakeTimeout()).isEqualTo(Duration.ofMillis(2500));
    assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void readsTheSameWithAndWithoutRun() {
    String[] rest = {"--server", "a:1", "--user", ID};

    assertThat(describe(Parsed.settings("run", rest[0], rest[1], rest[2], rest[3])))
        .isEqualTo(describe(Parsed.settings(rest)));
  }

  @Test
  void readsAllOptions() {
    ClientSettings settings =
        Parsed.settings(
            "-l",
            "socks://[::1]:0",
            "--listen=http://0.0.0.0:8080",
            "--auth",
            "alice:a:b",
            "--no-udp",
            "--udp-address",
            "[2001:db8::7]",
            "-s[2001:db8::1]:443",
            "-u",
            ID + ",alterId=16,security=none,level=3",
            "--policy",
            "3:handshake=8s,connIdle=10m",
            "--policy=3:uplinkOnly=0s,bufferSize=64k",
            "--policy=0:downlinkOnly=250ms",
            "--connect-timeout",
            "1500ms",
            "--handshake-timeout",
            "2m",
            "--clock-offset",
            "-60",
            "--drain",
            "0s",
            "-vv");

    assertThat(settings.listeners()).hasToString("[socks://[::1]:0, http://0.0.0.0:8080]");
    assertThat(settings.credentials().accept("alice", "a:b")).isTrue();
    assertThat(settings.udp()).isEqualTo(new UdpSettings(false, Address.of("2001:db8::7")));
    assertThat(describe(settings)).containsExactly("[2001:db8::1]:443 27848739-…-4b6b 16 none 3");
    assertThat(settings.policies().of(3))
        .isEqualTo(
            new Policy(
                Duration.ofSeconds(8),
                Duration.ofMinutes(10),
                Duration.ZERO,
                Duration.ofSeconds(5),
                64 * 1024));
    assertThat(settings.policies().of(0).downlinkOnly()).isEqualTo(Duration.ofMillis(250));
    assertThat(settings.connectTimeout()).isEqualTo(Duration.ofMillis(1500));
    assertThat(settings.handshakeTimeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(settings.clockOffset()).isEqualTo(new ClockOffset(Duration.ofMinutes(-1), false));
    assertThat(settings.drain()).isZero();
  }

  @Test
  void keepsServersAndVnextInTheOrderGiven() {
    ClientSettings settings =
        Parsed.settings(
            "--vnext",
            vnext("v1"),
            "--server",
            "a:1",
            "--tag",
            "home",
            "--user",
            ID,
            "-u",
            OTHER_ID,
            "--vnext",
            "[" + vnext("v2") + "," + vnext("v3") + "]",
            "--server=b:2",
            "-u" + ID);

    assertThat(settings.servers())
        .extracting(Server::tag)
        .containsExactly("v1:9", "home", "v2:9", "v3:9", "b:2");
    assertThat(settings.servers().get(1).users()).hasSize(2);
  }

  @Test
  void givesPartsToTheLastServerEvenBehindAVnext() {
    ClientSettings settings =
        Parsed.settings("--server", "a:1", "--vnext", vnext("v"), "--user", ID, "--tag", "x");

    assertThat(settings.servers()).extracting(Server::tag).containsExactly("x", "v:9");
  }

  @Test
  void allowsAnOpenListenerWhenAsked() {
    assertThat(Parsed.settings("--demo", "--allow-open", "-l", "0.0.0.0:1").listeners())
        .containsExactly(new ListenerSettings(ListenerSettings.Kind.MIXED, "0.0.0.0", 1));
  }

  @Test
  void takesNoServerForADemo() {
    ClientSettings settings = Parsed.settings("--demo");

    assertThat(settings.demo()).isTrue();
    assertThat(settings.servers()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Security.class)
  void readsEverySecurity(Security security) {
    ClientSettings settings =
        Parsed.settings("-s", "a:1", "-u", ID + ",security=" + security.text());

    assertThat(settings.servers().get(0).users().get(0).security()).isEqualTo(security);
  }

  @Test
  void readsWhetherSizesAreSealed() {
    assertThat(
            Parsed.settings(
                    "-s", "a:1", "-u", ID + ",authLength=true", "-u", ID + ",authLength=false")
                .servers()
                .get(0)
                .users())
        .extracting(Account::authenticatedLength)
        .containsExactly(true, false);
  }

  @Test
  void takesANameForItsUuid() {
    ClientSettings settings = Parsed.settings("-s", "a:1", "-u", "example");

    assertThat(settings.servers().get(0).users())
        .extracting(Account::id)
        .containsExactly(UserId.fromName("example"));
  }

  @Test
  void saysThatANameIsTakenForItsUuidWithoutRepeatingIt() {
    List<String> notes = new ArrayList<>();

    UserText.account("--user", "example,level=1", notes::add);
    UserText.account("--user", ID, notes::add);

    assertThat(notes)
        .containsExactly(
            "--user: \"ex…\" is no UUID, used as its UUIDv5 "
                + UserId.fromName("example")
                + " as Xray and sing-box do");
  }

  @Test
  void givesMuxAndUdpModeToTheServersBeforeThem() {
    ClientSettings settings =
        Parsed.settings(
            "-s",
            "a:1",
            "-u",
            ID,
            "--mux",
            "8",
            "--udp-mode",
            "packetaddr",
            "-s",
            "b:2",
            "-u",
            ID,
            "--vnext",
            "[" + vnext("v") + "," + vnext("w") + "]",
            "--mux=1024",
            "--udp-mode=xudp",
            "-s",
            "c:3",
            "-u",
            ID,
            "--mux",
            "-1");

    assertThat(settings.servers())
        .extracting(server -> server.tag() + " " + server.mux() + " " + server.udpMode().text())
        .containsExactly(
            "a:1 8 packetaddr", "b:2 0 plain", "v:9 1024 xudp", "w:9 1024 xudp", "c:3 0 plain");
  }

  @Test
  void takesTheNameOfASubcommandAsAValue() {
    assertThat(Parsed.settings("-s", "a:1", "-u", ID, "--tag", "serve").servers())
        .extracting(Server::tag)
        .containsExactly("serve");
  }

  @ParameterizedTest
  @CsvSource({"auto, ", "aes-128-gcm, AES_128_GCM", "zero, ZERO", "NONE, NONE"})
  void readsTheSecurity(String text, Security security) {
    ClientSettings settings = Parsed.settings("-s", "a:1", "-u", ID + ",security=" + text);

    assertThat(settings.servers().get(0).users().get(0).security())
        .isEqualTo(security == null ? Security.auto() : security);
  }

  @Test
  void readsArgumentFilesWithComments(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("args"),
            "run # the proxy\n# my server\n--server a:1 --user " + ID + "\n--auth 'al:#1 ${x}'\n");

    ClientSettings settings = Parsed.settings("@" + file, "--server", "b:2", "--user", OTHER_ID);

    assertThat(settings.servers()).extracting(Server::tag).containsExactly("a:1", "b:2");
    assertThat(settings.credentials().accept("al", "#1 ${x}")).isTrue();
  }

  static String vnext(String host) {
    return "{\"address\":\"%s\",\"port\":9,\"users\":[{\"id\":\"%s\"}]}".formatted(host, ID);
  }

  static List<String> describe(ClientSettings settings) {
    return settings.servers().stream()
        .flatMap(
            server ->
                server.users().stream()
                    .map(
                        user ->
                            "%s %s %d %s %d"
                                .formatted(
                                    server.tag(),
                                    user.id(),
                                    user.alterId(),
                                    user.security().text(),
                                    user.level())))
        .toList();
  }
}
