package io.vmessproxy.client.cli;

import static io.vmessproxy.client.cli.Parsed.ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.InboundSettings;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.client.transport.TlsServerSettings;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TlsSettings.Pin;
import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import io.vmessproxy.client.transport.TransportSettings.Grpc;
import io.vmessproxy.client.transport.TransportSettings.Http2;
import io.vmessproxy.client.transport.TransportSettings.HttpHeader;
import io.vmessproxy.client.transport.TransportSettings.HttpUpgrade;
import io.vmessproxy.client.transport.TransportSettings.Tcp;
import io.vmessproxy.client.transport.TransportSettings.WebSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The flags between VMess and the network, of {@code run} and {@code serve}. */
final class StreamFlagsTest {
  private static final String SHA256 = "0123456789abcdef".repeat(4);

  @Test
  void areTcpWithoutTlsUnlessGiven() {
    assertThat(stream()).isEqualTo(StreamSettings.PLAIN);
  }

  @Test
  void makeAWebSocketOverTls() {
    StreamSettings stream = stream("--tls", "--transport", "ws", "--path", "ray?a=1");

    assertThat(stream.transport()).isEqualTo(new WebSocket("/ray?a=1", null, Map.of(), null));
    assertThat(stream.tls()).isEqualTo(TlsSettings.STANDARD);
  }

  @Test
  void giveAWebSocketItsHostHeadersAndEarlyData() {
    StreamSettings stream =
        stream(
            "--transport=ws",
            "--host=cdn.example.com",
            "--header=User-Agent=curl/8",
            "--header",
            "X-Token: a=b",
            "--early-data=2048");

    assertThat(stream.transport())
        .isEqualTo(
            new WebSocket(
                "/",
                "cdn.example.com",
                Map.of("User-Agent", "curl/8", "X-Token", "a=b"),
                new EarlyData(2048, "Sec-WebSocket-Protocol")));
    assertThat(stream("--transport=ws", "--early-data=100,X-Early").transport())
        .isEqualTo(new WebSocket("/", null, Map.of(), new EarlyData(100, "X-Early")));
  }

  @Test
  void readEarlyDataInAPathAsLinksHaveIt() {
    EarlyData early = new EarlyData(2048, "Sec-WebSocket-Protocol");
    assertThat(stream("--transport=ws", "--path=/ray?ed=2048").transport())
        .isEqualTo(new WebSocket("/ray", null, Map.of(), early));
    assertThat(stream("--transport=ws", "--path=/ray?a=1&ed=9", "--early-data=2048").transport())
        .isEqualTo(new WebSocket("/ray?a=1", null, Map.of(), early));
    assertThat(stream("--transport=httpupgrade", "--path=/ray?ed=2048").transport())
        .isEqualTo(new HttpUpgrade("/ray", null, Map.of()));
    assertThat(stream("--transport=h2", "--path=/ray?ed=2048").transport())
        .isEqualTo(new Http2("PUT", "/ray?ed=2048", List.of(), Map.of()));
  }

  @Test
  void makeEachOtherTransport() {
    assertThat(stream("--transport=httpupgrade", "--path=/u", "--host=a.example").transport())
        .isEqualTo(new HttpUpgrade("/u", "a.example", Map.of()));
    assertThat(stream("--transport=h2", "--host=a.example,b.example").transport())
        .isEqualTo(new Http2("PUT", "/", List.of("a.example", "b.example"), Map.of()));
    assertThat(stream("--transport=grpc", "--service-name=s", "--grpc-mode=multi").transport())
        .isEqualTo(new Grpc("s", true, null));
    assertThat(stream("--transport=http-header", "--path=/a,b", "--host=a.example").transport())
        .isEqualTo(
            new HttpHeader("GET", List.of("/a", "/b"), Map.of("Host", List.of("a.example"))));
  }

  @ParameterizedTest
  @CsvSource({"raw,tcp", "websocket,ws", "WS,ws", "http,h2", "gun,grpc"})
  void takeTheOtherNamesOfATransport(String given, String usual) {
    assertThat(stream("--transport", given).transport().name()).isEqualTo(usual);
  }

  @Test
  void checkTheCertificateForTheHostUnlessThereIsAnSni() {
    assertThat(tls("--tls", "--transport=ws", "--host=cdn.example.com:8443").serverName())
        .isEqualTo("cdn.example.com");
    assertThat(
            tls("--tls", "--transport=ws", "--host=cdn.example.com", "--sni=b.example")
                .serverName())
        .isEqualTo("b.example");
    assertThat(tls("--tls").serverName()).isNull();
  }

  @Test
  void readPinsAlpnAndWhatIsInsecure() {
    TlsSettings tls =
        tls(
            "--tls",
            "--alpn=h2, http/1.1",
            "--insecure",
            "--pin=" + SHA256.toUpperCase(java.util.Locale.ROOT),
            "--pin=chain:LkZkCg5g/qvBC2bPSiyJZJg9OoIe1PgtN8AbY9dAn8I=",
            "--pin=key:" + SHA256);

    assertThat(tls.alpn()).containsExactly("h2", "http/1.1");
    assertThat(tls.insecure()).isTrue();
    assertThat(tls.pins())
        .containsExactly(
            new Pin(Pin.Kind.CERTIFICATE, SHA256),
            new Pin(
                Pin.Kind.CHAIN, "2e46640a0e60feabc10b66cf4a2c8964983d3a821ed4f82d37c01b63d7409fc2"),
            new Pin(Pin.Kind.PUBLIC_KEY, SHA256));
  }

  @Test
  void belongToTheServerBeforeThem() {
    List<Server> servers =
        Parsed.settings(
                "-s",
                "a:1",
                "-u",
                ID,
                "--transport=ws",
                "--tls",
                "-s",
                "b:1",
                "-u",
                ID,
                "--insecure=false")
            .servers();

    assertThat(servers)
        .extracting(server -> server.stream().transport().name())
        .containsExactly("ws", "tcp");
    assertThat(servers.get(1).stream().tls()).isNull();
  }

  @Test
  void comeFromTheEnvironmentForEachServer() {
    Map<String, String> environment =
        Map.of("VMESS_PROXY_TRANSPORT", "ws", "VMESS_PROXY_TLS", "true", "VMESS_PROXY_PATH", "/e");

    List<Server> servers =
        Parsed.settings(environment, "-s", "a:1", "-u", ID, "-s", "b:1", "-u", ID).servers();

    assertThat(servers)
        .extracting(Server::stream)
        .containsOnly(
            new StreamSettings(new WebSocket("/e", null, Map.of(), null), TlsSettings.STANDARD));
  }

  @Test
  void areTheSameForAnInbound() {
    InboundSettings inbound =
        Parsed.serveSettings(
                Map.of(),
                "--inbound=127.0.0.1:1",
                "--client=" + ID,
                "--transport=ws",
                "--path=/ray",
                "--tls-cert=c.pem",
                "--tls-key=k.pem",
                "--inbound=127.0.0.1:2",
                "--client=" + ID)
            .inbounds()
            .get(0);

    assertThat(inbound.transport()).isEqualTo(new WebSocket("/ray", null, Map.of(), null));
    assertThat(inbound.tls()).isEqualTo(new TlsServerSettings(Path.of("c.pem"), Path.of("k.pem")));
  }

  @Test
  void refuseAPathWithEscapesThatAreNone() {
    assertThatThrownBy(() -> stream("--transport=ws", "--path=/100%"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("expected: two hex digits behind each %, as in --path /100%25");
  }

  @Test
  void ofAnInboundAreTcpUnlessGiven() {
    InboundSettings inbound =
        Parsed.serveSettings(Map.of(), "--inbound=127.0.0.1:1", "--client=" + ID).inbounds().get(0);

    assertThat(inbound.transport()).isEqualTo(new Tcp());
    assertThat(inbound.tls()).isNull();
  }

  @Test
  void warnOfEveryServerThatTakesAnyCertificate() {
    assertThat(StartReport.warnings(Parsed.settings("-s", "a:1", "-u", ID, "--tls", "--insecure")))
        .containsExactly(
            "server a:1: --insecure takes any certificate, so whoever is on the path can be the"
                + " server (--pin SHA256 takes that one alone)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "zero"})
  void makeAPlainSecurityGoodEnough(String security) {
    assertThat(
            StartReport.warnings(
                Parsed.settings("-s", "a:1", "-u", ID + ",security=" + security, "--tls")))
        .isEmpty();
  }

  private static StreamSettings stream(String... flags) {
    List<String> all = new ArrayList<>(List.of("--server", "a:1", "--user", ID));
    all.addAll(List.of(flags));
    return Parsed.settings(all.toArray(String[]::new)).servers().get(0).stream();
  }

  private static TlsSettings tls(String... flags) {
    return Objects.requireNonNull(stream(flags).tls());
  }
}
