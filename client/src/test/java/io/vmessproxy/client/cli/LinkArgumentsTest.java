package io.vmessproxy.client.cli;

import static io.vmessproxy.client.cli.Parsed.ID;
import static io.vmessproxy.client.cli.Parsed.OTHER_ID;
import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.selection.UdpMode;
import io.vmessproxy.client.settings.ClientSettings;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import io.vmessproxy.client.transport.TransportSettings.WebSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LinkArgumentsTest {
  private static final String LINK =
      "vmess://"
          + ID
          + "@l.example:443?type=ws&path=%2Fray%3Fed%3D2048&host=cdn.example&security=tls#L";

  private static List<String> tags(String... args) {
    return Parsed.settings(args).servers().stream().map(Server::tag).toList();
  }

  @Test
  void aLinkIsAServerInTheOrderOfTheCommandLine() {
    String[] args = {"run", LINK, "-s", "a:1", "-u", OTHER_ID, "vmess://" + ID + "@m.example:1"};

    assertThat(tags(args)).containsExactly("L", "a:1", "m.example:1");
  }

  @Test
  void whatFollowsBelongsToTheLinkBeforeIt() {
    String other = LINK.replace("#L", "#M");
    List<Server> servers =
        Parsed.settings(
                LINK,
                "--mux",
                "8",
                "--tag",
                "home",
                other,
                "--udp-mode",
                "xudp",
                "-s",
                "a:1",
                "-u",
                ID)
            .servers();

    assertThat(servers).extracting(Server::tag).containsExactly("home", "M", "a:1");
    assertThat(servers).extracting(Server::mux).containsExactly(8, 0, 0);
    assertThat(servers)
        .extracting(Server::udpMode)
        .containsExactly(UdpMode.PLAIN, UdpMode.XUDP, UdpMode.PLAIN);
  }

  @Test
  void theLayersBehindALinkAreItsOwn() {
    String plain = "vmess://" + ID + "@p.example:1#P";
    String pin = "0123456789abcdef".repeat(4);
    List<Server> servers =
        Parsed.settings(
                plain,
                "--tls",
                "--transport=ws",
                "--path=/ray?ed=2048",
                "--sni=a.example",
                "--insecure",
                LINK,
                "--sni=b.example",
                "--pin=" + pin,
                "--path=/other",
                "--transport=ws",
                LINK,
                "--tls=false",
                plain)
            .servers();

    assertThat(servers.get(0).stream())
        .isEqualTo(
            new StreamSettings(
                new WebSocket(
                    "/ray", null, Map.of(), new EarlyData(2048, "Sec-WebSocket-Protocol")),
                new TlsSettings("a.example", List.of(), true, List.of(), List.of(), List.of())));
    assertThat(servers.get(1).stream())
        .isEqualTo(
            new StreamSettings(
                new WebSocket(
                    "/other",
                    "cdn.example",
                    Map.of(),
                    new EarlyData(2048, "Sec-WebSocket-Protocol")),
                new TlsSettings(
                    "b.example",
                    List.of(),
                    false,
                    List.of(),
                    List.of(new TlsSettings.Pin(TlsSettings.Pin.Kind.CERTIFICATE, pin)),
                    List.of())));
    assertThat(servers.get(2).stream().tls()).isNull();
    assertThat(servers.get(3).stream()).isEqualTo(StreamSettings.PLAIN);
  }

  @Test
  void aLinkTellsOfItsLayers() {
    Server server = Parsed.settings(LINK).servers().get(0);

    assertThat(server.stream().transport())
        .isEqualTo(
            new WebSocket(
                "/ray", "cdn.example", Map.of(), new EarlyData(2048, EarlyData.USUAL_HEADER)));
    assertThat(server.stream().tls()).isNotNull();
    assertThat(server.stream().tls().serverName()).isEqualTo("cdn.example");
  }

  @Test
  void theEnvironmentAddsNoServerToALink() {
    Map<String, String> environment =
        Map.of("VMESS_PROXY_SERVER", "env:1", "VMESS_PROXY_USER", OTHER_ID, "VMESS_PROXY_MUX", "4");
    ClientSettings settings = Parsed.settings(environment, LINK);

    assertThat(settings.servers()).extracting(Server::tag).containsExactly("L");
    assertThat(settings.servers()).extracting(Server::mux).containsExactly(4);
  }

  @Test
  void aStartWarnsOfACertificateThatIsNotChecked() {
    String insecure = LINK.replace("#L", "&allowInsecure=1#L");

    assertThat(StartReport.warnings(Parsed.settings(insecure, insecure)))
        .singleElement()
        .asString()
        .startsWith("server L and 1 more: --insecure takes any certificate");
    assertThat(StartReport.warnings(Parsed.settings(LINK + "0"))).isEmpty();
  }

  @Test
  void eachKindOfWarningIsSaidOnce() {
    LinkArguments links = new LinkArguments();
    for (String name : List.of("L", "M")) {
      String link = LINK.replace("#L", "&fp=chrome&allowInsecure=1&path=x#" + name);
      links.server(new Given.Occurrence(LinkArguments.LINK, LinkArguments.LINK, link));
    }

    assertThat(links.warnings())
        .containsExactly(
            "L: a key is given twice; the first one counts",
            "L: the browser's TLS fingerprint it asks for is not imitated");
  }

  @Test
  void securityNoneIsNoDangerInsideOfTls() {
    String none = LINK.replace("#L", "&encryption=none#L");

    assertThat(StartReport.warnings(Parsed.settings(none))).isEmpty();
    assertThat(StartReport.warnings(Parsed.settings(none.replace("security=tls", "")))).hasSize(1);
  }
}
