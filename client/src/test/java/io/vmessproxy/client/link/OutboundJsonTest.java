package io.vmessproxy.client.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TlsSettings.Pin;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import io.vmessproxy.client.transport.TransportSettings.Grpc;
import io.vmessproxy.client.transport.TransportSettings.Http2;
import io.vmessproxy.client.transport.TransportSettings.HttpHeader;
import io.vmessproxy.client.transport.TransportSettings.HttpUpgrade;
import io.vmessproxy.client.transport.TransportSettings.WebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OutboundJsonTest {
  private static final String ID = "27848739-7e62-4138-9fd3-098a63964b6b";
  private static final String HEX = "ab".repeat(32);

  /**
   * A configuration as V2Ray has it, with all that concerns this program and much that does not.
   */
  static final String CONFIGURATION =
      """
      { // mine
        "log": { "loglevel": "warning" }, # and comments
        "inbounds": [ { "port": 1080, "protocol": "socks" } ],
        "outbounds": [
          { "tag": "home", "protocol": "vmess",
            "settings": { "vnext": [
              { "address": "a.example", "port": 443, "users": [ { "id": "%s", "alterId": 0 } ] },
              { "address": "b.example", "port": 443, "users": [ { "id": "%s" } ] } ] },
            "streamSettings": {
              "network": "ws", "security": "tls",
              "tlsSettings": { "serverName": "sni.example", "alpn": ["http/1.1"] },
              "wsSettings": {
                "path": "/ray", "headers": { "host": "cdn.example", "X-A": "b" },
                "maxEarlyData": 2048, "earlyDataHeaderName": "Sec-WebSocket-Protocol" },
              "kcpSettings": null, "sockopt": { "mark": 255 } },
            "mux": { "enabled": true, "concurrency": 4 } },
          { "tag": "direct", "protocol": "freedom", "settings": {} },
          { "protocol": "blackhole" } ] }
      """
          .formatted(ID, ID);

  @Test
  void takesTheVmessOutboundsOfAConfiguration() {
    List<String> warnings = new ArrayList<>();
    List<String> notes = new ArrayList<>();

    List<Server> servers = VnextJson.read(CONFIGURATION, warnings::add, notes::add);

    assertThat(servers).extracting(Server::tag).containsExactly("home", "home-01");
    assertThat(servers).extracting(Server::mux).containsOnly(4);
    assertThat(servers)
        .extracting(Server::stream)
        .containsOnly(
            new StreamSettings(
                new WebSocket(
                    "/ray",
                    "cdn.example",
                    Map.of("X-A", "b"),
                    new EarlyData(2048, EarlyData.USUAL_HEADER)),
                new TlsSettings(
                    "sni.example", List.of("http/1.1"), false, List.of(), List.of(), List.of())));
    assertThat(notes)
        .containsExactly("not VMess, left aside: outbounds[1] freedom, outbounds[2] blackhole");
    assertThat(warnings)
        .containsExactly("outbounds[0].streamSettings.sockopt: not used by this program, ignored");
  }

  /** ONE stands for an outbound. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ONE",
        "[ONE]",
        "[{\"protocol\":\"dns\"},ONE]",
        "{\"outbound\":ONE}",
        "{\"outbound\":{\"protocol\":\"freedom\"},\"outboundDetour\":[ONE]}",
        "{\"outbounds\":[ONE]}"
      })
  void takesAnOutboundFromWhereverItStands(String around) {
    assertThat(VnextJson.read(around.replace("ONE", outbound(""))))
        .extracting(Server::tag, Server::stream)
        .containsExactly(tuple("a:1", StreamSettings.PLAIN));
  }

  @Test
  void takesAServerAndItsOnlyUserInOneObject() {
    String text =
        "{\"protocol\":\"vmess\",\"settings\":{\"address\":\"a\",\"port\":\"1\",\"id\":\"%s\"}}";

    assertThat(VnextJson.read(text.formatted(ID)))
        .singleElement()
        .satisfies(server -> assertThat(server.address()).hasToString("a:1"))
        .satisfies(server -> assertThat(server.users()).hasSize(1));
  }

  @Test
  void readsEachTransport() {
    assertThat(transport("\"network\":\"raw\",\"rawSettings\":{\"header\":{\"type\":\"none\"}}"))
        .isEqualTo(new TransportSettings.Tcp());
    assertThat(transport("\"network\":\"WebSocket\""))
        .isEqualTo(new WebSocket("/", null, Map.of(), null));
    assertThat(
            transport("\"network\":\"ws\",\"wsSettings\":{\"path\":\"p\",\"maxEarlyData\":9999}"))
        .isEqualTo(new WebSocket("/p", null, Map.of(), new EarlyData(4096, "")));
    assertThat(
            transport(
                "\"network\":\"httpupgrade\",\"httpupgradeSettings\":{\"path\":\"/u\",\"host\":\"h\"}"))
        .isEqualTo(new HttpUpgrade("/u", "h", Map.of()));
    assertThat(
            transport(
                "\"network\":\"http\",\"httpSettings\":{\"host\":[\"h\",\"i\"],\"path\":\"/2\"}"))
        .isEqualTo(new Http2("PUT", "/2", List.of("h", "i"), Map.of()));
    assertThat(
            transport(
                "\"network\":\"grpc\",\"grpcSettings\":{\"serviceName\":\"s\",\"multiMode\":true}"))
        .isEqualTo(new Grpc("s", true, null));
  }

  @Test
  void readsAnHttpHeader() {
    TransportSettings transport =
        transport(
            """
            "network": "tcp", "tcpSettings": { "header": { "type": "http", "request": {
              "version": "1.1", "method": "POST", "path": ["/a", "b"],
              "headers": { "HOST": ["h", "i"], "User-Agent": ["x", "y"] } },
              "response": { "status": "200" } } }
            """);

    assertThat(transport)
        .isEqualTo(
            new HttpHeader(
                "POST",
                List.of("/a", "/b"),
                Map.of("Host", List.of("h", "i"), "User-Agent", List.of("x", "y"))));
  }

  @Test
  void readsTheWordsOfV2Ray5() {
    StreamSettings stream =
        stream(
            """
            "transport": "ws", "transportSettings": {
              "path": "/w", "header": [ { "key": "Host", "value": "h" } ] },
            "security": "tls", "securitySettings": { "nextProtocol": ["h2"] }
            """);

    assertThat(stream.transport()).isEqualTo(new WebSocket("/w", "h", Map.of(), null));
    assertThat(Objects.requireNonNull(stream.tls()).alpn()).containsExactly("h2");
  }

  @Test
  void readsWhatACertificateMustBe() {
    TlsSettings tls =
        tls(
            """
            "allowInsecure": true, "fingerprint": "chrome",
            "pinnedPeerCertificateChainSha256": ["%s"], "pinnedPeerCertSha256": "%s",
            "verifyPeerCertByName": "x.example,y.example"
            """
                .formatted(Base64.getEncoder().encodeToString(new byte[32]), HEX));

    assertThat(tls.insecure()).isTrue();
    assertThat(tls.pins())
        .containsExactly(
            new Pin(Pin.Kind.CHAIN, "00".repeat(32)), new Pin(Pin.Kind.CERTIFICATE, HEX));
    assertThat(tls.verifyNames()).containsExactly("x.example", "y.example");
  }

  @Test
  void takesCertificatesToVerifyBesideOrInsteadOfTheSystems(@TempDir Path folder)
      throws IOException {
    String pem = pem();
    Path file = Files.writeString(folder.resolve("ca.pem"), pem);
    String inline = "\"certificate\":[\"" + pem.strip().replace("\n", "\",\"") + "\"]";
    String given = "\"certificates\":[{\"usage\":\"verify\",%s}]";

    TlsSettings alone = tls(given.formatted(inline) + ",\"disableSystemRoot\":true");
    TlsSettings beside = tls(given.formatted("\"certificateFile\":\"" + file + "\""));

    assertThat(alone.roots()).extracting(OutboundJsonTest::subject).containsExactly("CN=ca");
    assertThat(beside.roots())
        .hasSizeGreaterThan(1)
        .extracting(OutboundJsonTest::subject)
        .startsWith("CN=ca");
  }

  private static String subject(X509Certificate certificate) {
    return certificate.getSubjectX500Principal().getName();
  }

  private static String pem() throws IOException {
    try (InputStream in = OutboundJsonTest.class.getResourceAsStream("/link/ca.pem")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  /** The JSON stands in an outbound's streamSettings. */
  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      maxCharsPerColumn = 9999,
      textBlock =
          """
          "network":"kcp" => streamSettings.network: "kcp" is not supported (expected: tcp, ws, httpupgrade, http or grpc)
          "network":"quic" => streamSettings.network: "quic" is not supported (expected: tcp, ws, httpupgrade, http or grpc)
          "network":"domainsocket" => streamSettings.network: "domainsocket" is not supported (expected: tcp, ws, httpupgrade, http or grpc)
          "network":"xhttp" => streamSettings.network: "xhttp" is not supported (expected: tcp, ws, httpupgrade, http or grpc)
          "method":"ds" => streamSettings.method: "ds" is not supported (expected: tcp, ws, httpupgrade, http or grpc)
          "network":["ws"] => streamSettings.network: a list (expected: a text in double quotes)
          "security":"reality" => streamSettings.security: "reality" is not supported (expected: none or tls)
          "security":"xtls" => streamSettings.security: "xtls" is not supported (expected: none or tls)
          "security":true => streamSettings.security: true (expected: a text in double quotes)
          "network":"ws","wsSettings":{"path":7} => streamSettings.wsSettings.path: 7 (expected: a text in double quotes)
          "network":"ws","wsSettings":[] => streamSettings.wsSettings: a list (expected: an object, {...})
          "network":"ws","wsSettings":{"headers":{"Host":1}} => streamSettings.wsSettings.headers.Host: 1 (expected: a text in double quotes)
          "network":"ws","wsSettings":{"headers":{"Host":"a b"}} => streamSettings.wsSettings: host "a b" (expected: a name, as in cdn.example.com)
          "network":"ws","wsSettings":{"path":"/a b"} => streamSettings.wsSettings: path "/a b" (expected: no blank and no control character)
          "network":"ws","wsSettings":{"headers":{"X":"a\\r\\nY: b"}} => streamSettings.wsSettings: X "a??Y: b" (expected: no control character)
          "network":"ws","wsSettings":{"headers":{"X: a":"b"}} => streamSettings.wsSettings: header "X: a" (expected: a header's name)
          "network":"http","httpSettings":{"method":"A B"} => streamSettings.httpSettings: method "A B" (expected: a method, as in PUT)
          "network":"ws","wsSettings":{"maxEarlyData":-1} => streamSettings.wsSettings.maxEarlyData: -1 (expected: 0..2147483647)
          "network":"http","httpSettings":{"host":[1]} => streamSettings.httpSettings.host[0]: 1 (expected: a text in double quotes)
          "network":"grpc","grpcSettings":{"multiMode":"yes"} => streamSettings.grpcSettings.multiMode: "y…" (expected: true or false)
          "tcpSettings":{"header":{"type":"srtp"}} => streamSettings.tcpSettings.header.type: "srtp" is not supported (expected: none or http)
          "sockopt":{"dialerProxy":"other"} => streamSettings.sockopt.dialerProxy: not supported (expected: none)
          "finalmask":{"tcp":[]} => streamSettings.finalmask: not supported (expected: none)
          "security":"tls","tlsSettings":{"echConfigList":"AA"} => streamSettings.tlsSettings.echConfigList: not supported (expected: none)
          "security":"tls","tlsSettings":{"allowInsecure":1} => streamSettings.tlsSettings.allowInsecure: 1 (expected: true or false)
          "security":"tls","tlsSettings":{"pinnedPeerCertificateChainSha256":["AA=="]} => streamSettings.tlsSettings.pinnedPeerCertificateChainSha256: "00" is no SHA-256 (expected: 44 characters of base64)
          "security":"tls","tlsSettings":{"pinnedPeerCertSha256":"zz"} => streamSettings.tlsSettings.pinnedPeerCertSha256: "zz" is no SHA-256 (expected: 64 hex digits)
          "security":"tls","tlsSettings":{"disableSystemRoot":true} => streamSettings.tlsSettings.disableSystemRoot: true, so nothing is trusted (expected: a certificate of usage "verify" beside it)
          "security":"tls","tlsSettings":{"certificates":[{"usage":"verify","certificate":["x"]}]} => streamSettings.tlsSettings.certificates[0].certificate: no certificate in it (expected: PEM, -----BEGIN CERTIFICATE----- ...)
          "security":"tls","tlsSettings":{"certificates":[{"usage":"verify","certificateFile":"no/such.pem"}]} => streamSettings.tlsSettings.certificates[0].certificateFile: "no/such.pem" cannot be read (expected: a PEM file)
          """)
  void saysWhatOfAStreamIsWrongOrNotSupported(String stream, String message) {
    String text = outbound(",\"streamSettings\":{" + stream + "}");

    assertThatThrownBy(() -> VnextJson.read(text))
        .isInstanceOf(SettingsException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> VnextJson.read("{\"outbounds\":[" + text + "]}"))
        .hasMessage("outbounds[0]." + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      textBlock =
          """
          "proxySettings":{"tag":"other"} => proxySettings: an outbound through another is not supported (expected: none)
          "mux":1 => mux: 1 (expected: an object, {...})
          "mux":{"enabled":"true"} => mux.enabled: "tr…" (expected: true or false)
          "mux":{"enabled":true,"concurrency":2000} => mux.concurrency: 2000 (expected: 0..1024)
          "tag":1 => tag: 1 (expected: a text in double quotes)
          """)
  void saysWhatOfAnOutboundIsWrongOrNotSupported(String member, String message) {
    assertThatThrownBy(() -> VnextJson.read(outbound("," + member)))
        .isInstanceOf(SettingsException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"enabled\":true}', 8",
    "'{\"enabled\":true,\"concurrency\":0}', 8",
    "'{\"enabled\":true,\"concurrency\":-1}', 0",
    "'{\"enabled\":false,\"concurrency\":8}', 0",
    "'{}', 0",
    "'null', 0"
  })
  void readsHowManyStreamsShareAConnection(String mux, int streams) {
    assertThat(VnextJson.read(outbound(",\"mux\":" + mux)))
        .singleElement()
        .extracting(Server::mux)
        .isEqualTo(streams);
  }

  @Test
  void givesEachServerAnOwnTag() {
    String one = outbound(",\"tag\":\"x\"");

    assertThat(VnextJson.read("[" + one + "," + one + "," + outbound(",\"tag\":\"x-01\"") + "]"))
        .extracting(Server::tag)
        .containsExactly("x", "x-01", "x-01-01");
  }

  @Test
  void saysWhatHasNoEffect() {
    List<String> warnings = new ArrayList<>();

    VnextJson.read(
        outbound(
            """
            , "sendThrough": "0.0.0.0", "x": 1, "streamSettings": {
              "network": "ws", "wssettings": {}, "tlsSettings": {},
              "wsSettings": { "Path": "/", "acceptProxyProtocol": false } }
            """),
        warnings::add,
        warnings::add);

    assertThat(warnings)
        .containsExactly(
            "sendThrough: not used by this program, ignored",
            "x: unknown name, ignored",
            "streamSettings.wssettings: unknown name, ignored",
            "streamSettings.wsSettings.Path: unknown name, ignored",
            "streamSettings.wsSettings.acceptProxyProtocol: not used by this program, ignored",
            "streamSettings.tlsSettings: security is none, not used");
  }

  private static TransportSettings transport(String stream) {
    return stream(stream).transport();
  }

  private static TlsSettings tls(String settings) {
    StreamSettings stream = stream("\"security\":\"tls\",\"tlsSettings\":{" + settings + "}");
    return Objects.requireNonNull(stream.tls());
  }

  private static StreamSettings stream(String stream) {
    return VnextJson.read(outbound(",\"streamSettings\":{" + stream + "}")).get(0).stream();
  }

  private static String outbound(String more) {
    return ("{\"protocol\":\"vmess\",\"settings\":{\"vnext\":[{\"address\":\"a\",\"port\":1,"
            + "\"users\":[{\"id\":\"ID\"}]}]}MORE}")
        .replace("ID", ID)
        .replace("MORE", more);
  }
}
