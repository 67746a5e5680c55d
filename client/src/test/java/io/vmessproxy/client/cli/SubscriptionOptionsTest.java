package io.vmessproxy.client.cli;

import static io.vmessproxy.client.cli.Parsed.ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.selection.UdpMode;
import io.vmessproxy.client.settings.ClientSettings;
import io.vmessproxy.client.settings.SubscriptionSettings;
import io.vmessproxy.client.settings.SubscriptionSettings.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SubscriptionOptionsTest {
  private static final String URL = "https://sub.example/verysecret?token=7f3a9b";

  @Test
  void aSubscriptionIsEnoughToStartWith() {
    ClientSettings settings = Parsed.settings("--subscribe", URL);

    assertThat(settings.servers()).isEmpty();
    assertThat(settings.subscriptions().places()).hasSize(1);
    assertThat(settings.subscriptions().interval()).isNull();
    assertThat(settings.subscriptions().direct()).isFalse();
    assertThat(settings.subscriptions().agent()).startsWith("vmess-proxy");
  }

  @Test
  void eachSubscriptionHasItsPlaceAmongTheServers(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("list.txt"), "x");
    ClientSettings settings =
        Parsed.settings(
            "--subscribe",
            file.toString(),
            "-s",
            "a:1",
            "-u",
            ID,
            "-s",
            "b:1",
            "-u",
            ID,
            "--subscribe",
            URL,
            "--subscribe",
            "file://" + file,
            "-s",
            "c:1",
            "-u",
            ID);

    assertThat(settings.servers()).extracting(Server::tag).containsExactly("a:1", "b:1", "c:1");
    assertThat(settings.subscriptions().places())
        .extracting(place -> place.before() + " " + place.source().shown())
        .containsExactly("0 " + file, "2 sub.example", "2 " + file);
  }

  @Test
  void muxAndUdpModeBehindASubscriptionAreForItsServersAlone() {
    ClientSettings settings =
        Parsed.settings(
            "-s", "a:1", "-u", ID, "--subscribe", URL, "--mux", "8", "--udp-mode", "xudp");
    Server server = settings.servers().get(0);
    Place place = settings.subscriptions().places().get(0);

    assertThat(server.mux()).isZero();
    assertThat(place.options().apply(server).mux()).isEqualTo(8);
    assertThat(place.options().apply(server).udpMode()).isEqualTo(UdpMode.XUDP);
  }

  @Test
  void readsHowSubscriptionsAreKept() {
    SubscriptionSettings settings =
        Parsed.settings(
                "--subscribe=" + URL,
                "--subscribe-interval=10s",
                "--subscribe-direct",
                "--subscribe-agent=v2rayN/7.0",
                "--cache-dir=/somewhere")
            .subscriptions();

    assertThat(settings.interval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.direct()).isTrue();
    assertThat(settings.agent()).isEqualTo("v2rayN/7.0");
    assertThat(settings.cacheDirectory()).isEqualTo(Path.of("/somewhere"));
  }

  @Test
  void aVariableKeepsTheUrlOutOfTheListOfProcesses() {
    Map<String, String> environment = Map.of("VMESS_PROXY_SUBSCRIBE", URL);

    assertThat(Parsed.settings(environment).subscriptions().places()).hasSize(1);
    assertThat(Parsed.settings(environment, "-s", "a:1", "-u", ID).subscriptions().places())
        .as("the command line names servers")
        .isEmpty();
  }

  @Test
  void settingsDoNotShowTheUrl() {
    assertThat(Parsed.settings("--subscribe", URL).toString())
        .contains("sub.example")
        .doesNotContain("verysecret")
        .doesNotContain("7f3a9b");
  }

  @Test
  void keepsAnswersWhereTheSystemKeepsCaches() {
    assertThat(SubscriptionOptions.standard(Map.of(), "/home/al"))
        .isEqualTo(Path.of("/home/al/.cache/vmess-proxy"));
    assertThat(SubscriptionOptions.standard(Map.of("XDG_CACHE_HOME", "/c"), "/home/al"))
        .isEqualTo(Path.of("/c/vmess-proxy"));
    assertThat(SubscriptionOptions.standard(Map.of("XDG_CACHE_HOME", "c"), "/home/al"))
        .as("a relative path counts as none")
        .isEqualTo(Path.of("/home/al/.cache/vmess-proxy"));
    assertThat(SubscriptionOptions.standard(Map.of(), "?")).as("no home").isNull();
  }
}
