package io.vmessproxy.client.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmessproxy.client.link.InboundPart.Listen;
import io.vmessproxy.client.settings.InboundSettings.Allocation;
import io.vmessproxy.client.settings.InboundSettings.Defaults;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.transport.TlsServerSettings;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.common.vmess.account.UserId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InboundJsonTest {
  private static final String ID = "27848739-7e62-4138-9fd3-098a63964b6b";
  private static final String CLIENTS = "\"clients\":[{\"id\":\"" + ID + "\"}]";

  /** The document of V2Ray's documentation. */
  static final String DOCUMENTED =
      """
      {
        "clients": [
          { "id": "%s", "level": 0, "alterId": 100, "email": "love@v2fly.org" }
        ],
        "default": { "level": 0, "alterId": 32 },
        "detour": { "to": "tag_to_detour" },
        "disableInsecureEncryption": false
      }
      """
          .formatted(ID);

  @Test
  void readsTheDocumentedObject() {
    InboundPart part = InboundJson.read(DOCUMENTED).get(0);

    assertThat(part.listen()).isNull();
    assertThat(part.users())
        .singleElement()
        .satisfies(user -> assertThat(user.id().reveal()).isEqualTo(ID))
        .satisfies(user -> assertThat(user.alterId()).isEqualTo(100))
        .satisfies(user -> assertThat(user.level()).isZero())
        .satisfies(user -> assertThat(user.email()).isEqualTo("love@v2fly.org"));
    assertThat(part.defaults()).isEqualTo(new Defaults(0, 32));
    assertThat(part.detour()).isEqualTo("tag_to_detour");
    assertThat(part.allocation()).isNull();
    assertThat(part.disableInsecureEncryption()).isFalse();
  }

  @Test
  void saysNothingOfWhatIsLeftOut() {
    InboundPart part = InboundJson.read("{\"clients\":[]}").get(0);

    assertThat(part).isEqualTo(InboundPart.NONE);
  }

  @Test
  void fillsInWhatAnAccountLeavesOut() {
    InboundPart part = InboundJson.read("{" + CLIENTS + ",\"default\":{}}").get(0);

    assertThat(part.users()).singleElement().hasToString("27848739-…-4b6b");
    assertThat(part.users().get(0).alterId()).isZero();
    assertThat(part.defaults()).isEqualTo(Defaults.STANDARD);
  }

  @Test
  void readsUsersForClientsAndToleratesWhatFilesHave() {
    String text =
        "{ // mine\n\"users\":[{\"id\":\"%s\",\"alterId\":\"4\",\"level\":\"1\",\"email\":\"Me\",},],}";

    assertThat(InboundJson.read(text.formatted(ID)).get(0).users())
        .extracting(user -> user + " " + user.alterId() + " " + user.level())
        .containsExactly("me 4 1");
  }

  @Test
  void readsAWholeInbound() {
    InboundPart part =
        InboundJson.read(
                """
                { "port": 10086, "listen": "::1", "protocol": "vmess", "tag": "door",
                  "streamSettings": { "network": "tcp", "security": "none" },
                  "settings": { "clients": [ { "id": "%s" } ] } }
                """
                    .formatted(ID))
            .get(0);

    assertThat(part.listen()).isEqualTo(new Listen("door", "::1", 10086, 10086));
    assertThat(part.users()).hasSize(1);
    assertThat(part.transport()).isEqualTo(new TransportSettings.Tcp());
    assertThat(part.tls()).isNull();
  }

  @Test
  void readsHowAnInboundIsReached() {
    InboundPart part =
        InboundJson.read(
                """
                { "port": 443, "protocol": "vmess", "settings": { "clients": [] },
                  "streamSettings": {
                    "network": "ws", "wsSettings": { "path": "/ray" }, "security": "tls",
                    "tlsSettings": { "certificates": [
                        { "certificateFile": "own.pem", "keyFile": "own.key" } ] } } }
                """)
            .get(0);

    assertThat(part.transport())
        .isEqualTo(new TransportSettings.WebSocket("/ray", null, Map.of(), null));
    assertThat(part.tls()).isEqualTo(new TlsServerSettings(Path.of("own.pem"), Path.of("own.key")));
  }

  /** A server that compares decoded paths could not even begin with this one. */
  @Test
  void refusesAPathWithEscapesThatAreNone() {
    String text =
        """
        { "protocol": "vmess", "port": 1,
          "streamSettings": { "network": "ws", "wsSettings": { "path": "/100%" } } }
        """;

    assertThatThrownBy(() -> InboundJson.read(text))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("path \"/100%\" (expected: two hex digits behind each %)");
  }

  @Test
  void readsADynamicInbound() {
    InboundPart part =
        InboundJson.read(
                """
                { "protocol": "vmess", "port": "20000-20100", "settings": {},
                  "allocate": { "strategy": "random", "concurrency": 2, "refresh": "7" } }
                """)
            .get(0);

    assertThat(part.listen()).isEqualTo(new Listen(null, "0.0.0.0", 20000, 20100));
    assertThat(part.allocation()).isEqualTo(new Allocation(7, 2));
  }

  @Test
  void ignoresHowAFixedInboundWouldOpenPorts() {
    String text =
        "{\"protocol\":\"vmess\",\"port\":1,\"allocate\":{\"strategy\":\"always\",\"refresh\":5}}";

    assertThat(InboundJson.read(text).get(0).allocation()).isNull();
  }

  @Test
  void takesTheVmessInboundsOfAConfiguration() {
    List<String> warnings = new ArrayList<>();

    List<InboundPart> parts =
        InboundJson.read(
            """
            { "log": {}, "outbounds": [],
              "inbounds": [ { "protocol": "socks", "port": 1080 },
                            { "protocol": "VMess", "port": 1 },
                            { "protocol": "vmess", "port": 2, "sniffing": {} } ] }
            """,
            warnings::add);

    assertThat(parts)
        .extracting(InboundPart::listen)
        .containsExactly(new Listen(null, "0.0.0.0", 1, 1), new Listen(null, "0.0.0.0", 2, 2));
    assertThat(warnings)
        .containsExactly(
            "inbounds[0]: not a vmess inbound, ignored",
            "inbounds[2].sniffing: unknown name, ignored");
  }

  @Test
  void reportsUnknownNamesAndNamesForIds() {
    List<String> warnings = new ArrayList<>();

    InboundJson.read(
        "{\"clients\":[{\"id\":\"example\",\"security\":\"auto\"}],\"default\":{\"x\":1},"
            + "\"detour\":{\"to\":\"a\",\"y\":1},\"fallback\":1}",
        warnings::add);

    assertThat(warnings)
        .containsExactly(
            "fallback: unknown name, ignored",
            "clients[0].security: unknown name, ignored",
            "clients[0].id: \"ex…\" is no UUID, used as its UUIDv5 "
                + UserId.fromName("example")
                + " as Xray and sing-box do",
            "default.x: unknown name, ignored",
            "detour.y: unknown name, ignored");
  }

  /** VMESS stands for the beginning of a whole inbound. */
  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      textBlock =
          """
          {} => clients: missing (expected: {"clients":[...]}, or an inbound with it)
          {"vnext":[]} => clients: missing (expected: {"clients":[...]}, or an inbound with it)
          [] => JSON: no vmess inbound (expected: at least one)
          [1] => [0]: 1 (expected: an object, {...})
          {"clients":{}} => clients: an object (expected: a list of accounts, [...])
          {"clients":[],"users":[]} => users: given beside clients (expected: one of them)
          {"clients":["ID"]} => clients[0]: "27848739-…-4b6b" (expected: an object, {...})
          {"clients":[{}]} => clients[0].id: missing (it is required)
          {"clients":[{"id":1}]} => clients[0].id: 1 (expected: a UUID in double quotes)
          {"clients":[{"id":"IDb"}]} => clients[0].id: "27848739…" is neither a UUID nor a name (expected: 8-4-4-4-12 hex digits, or 1 to 30 bytes)
          {"users":[{"id":"ID","alterId":65536}]} => users[0].alterId: 65536 (expected: 0..65535)
          {"clients":[{"id":"ID","level":-1}]} => clients[0].level: -1 (expected: 0..255)
          {"clients":[{"id":"ID","email":7}]} => clients[0].email: 7 (expected: a name in double quotes)
          {"clients":[{"id":"ID","email":"a\\nb"}]} => clients[0].email: "a?b" (expected: 1 to 100 printable characters, as in love@example.com)
          {"default":1} => default: 1 (expected: an object, {...})
          {"default":{"alterId":true}} => default.alterId: true (expected: 0..65535)
          {"detour":"x"} => detour: "…" (expected: an object, {...})
          {"detour":{}} => detour.to: missing (it is required)
          {"detour":{"to":1}} => detour.to: 1 (expected: a tag of an inbound in double quotes)
          {"disableInsecureEncryption":"true"} => disableInsecureEncryption: "tr…" (expected: true or false)
          {"port":1,"settings":{}} => protocol: missing (it is required)
          {"protocol":"socks","port":1} => protocol: "socks" (expected: vmess)
          {"protocol":"vmess"} => port: missing (it is required)
          {VMESS,"port":0} => port: 0 (expected: 1..65535)
          {VMESS,"port":"x"} => port: "x" (expected: 1..65535)
          {VMESS,"port":"9-3"} => port: last port: 3 (expected: 9..65535)
          {VMESS,"port":"3-9"} => port: all ports of a range at once are not supported (expected: one port, or "allocate":{"strategy":"random"} beside it)
          {VMESS,"port":1,"listen":"/run/x"} => listen: a Unix socket is not supported (expected: an address of this machine)
          {VMESS,"port":1,"listen":"a b"} => listen: "a b": domain: character 0x20 at 1 (expected: letters, digits, '.', '-' and '_')
          {VMESS,"port":1,"tag":1} => tag: 1 (expected: a name in double quotes)
          {VMESS,"port":1,"settings":[]} => settings: a list (expected: an object, {...})
          {VMESS,"port":1,"settings":{"clients":1}} => settings.clients: 1 (expected: a list of accounts, [...])
          {VMESS,"port":"3-9","allocate":{"strategy":"external"}} => allocate.strategy: "external" (expected: always or random)
          {VMESS,"port":"3-9","allocate":{"strategy":"random","refresh":0}} => allocate.refresh: 0 (expected: 1..1440)
          {VMESS,"port":1,"streamSettings":{"network":"kcp"}} => streamSettings.network: "kcp" is not supported (expected: tcp, ws, httpupgrade, http or grpc)
          {VMESS,"port":1,"streamSettings":{"network":7}} => streamSettings.network: 7 (expected: a text in double quotes)
          {VMESS,"port":1,"streamSettings":{"security":"reality"}} => streamSettings.security: "reality" is not supported (expected: none or tls)
          {VMESS,"port":1,"streamSettings":{"security":"tls"}} => streamSettings.tlsSettings.certificates: missing (expected: {"certificateFile":...,"keyFile":...}, PEM files)
          {VMESS,"port":1,"streamSettings":{"security":"tls","tlsSettings":{"certificates":[{"certificateFile":"a.pem"}]}}} => streamSettings.tlsSettings.certificates[0].keyFile: missing (expected: {"certificateFile":...,"keyFile":...}, PEM files)
          {VMESS,"port":1,"streamSettings":{"tcpSettings":{"header":{"type":"wechat"}}}} => streamSettings.tcpSettings.header.type: "wechat" is not supported (expected: none or http)
          {"inbounds":[]} => inbounds: no vmess inbound (expected: at least one)
          {"inbounds":[{"protocol":"vmess","port":1,"settings":{"clients":[{"id":"ID","id":"ID"}]}}]} => inbounds[0].settings.clients[0].id: given twice (expected: once)
          {"clients":[ => JSON: it ends too early, in clients (expected: every bracket, brace and quote closed)
          """)
  void saysWhereAndWhatIsWrong(String json, String message) {
    String text = json.replace("VMESS", "\"protocol\":\"vmess\"").replace("ID", ID);

    assertThatThrownBy(() -> InboundJson.read(text))
        .isInstanceOf(SettingsException.class)
        .hasMessage(message);
  }

  @Test
  void namesTheFileInErrors(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("s.json"), "{}");

    assertThatThrownBy(() -> InboundJson.read(file.toString()))
        .hasMessageEndingWith(
            "s.json: clients: missing (expected: {\"clients\":[...]}, or an" + " inbound with it)");
  }
}
