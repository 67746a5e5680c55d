package io.vmessproxy.client.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.link.Subscription.Content;
import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** sing-box's and V2Ray's JSON in a subscription. */
final class JsonBodyTest {
  private static final String SING_BOX =
      "{\"type\":\"vmess\",\"tag\":\"s\",\"server\":\"a.example\",\"server_port\":443,\"uuid\":\""
          + BodyTest.ID
          + "\"MORE}";
  private static final String V2RAY =
      "{\"protocol\":\"vmess\",\"tag\":\"v\",\"settings\":{\"vnext\":[{\"address\":\"a.example\","
          + "\"port\":443,\"users\":[{\"id\":\""
          + BodyTest.ID
          + "\"}]}]}MORE}";

  private static Content read(String outbound, String more) {
    return BodyTest.read(
        "{\"outbounds\":[%s,%s]}"
            .formatted(
                outbound.replace("MORE", ""),
                outbound.replace("MORE", more).replaceFirst("\"tag\":\".\"", "\"tag\":\"x\"")));
  }

  private static Node one(String outbound, String more) {
    return read(outbound, more).nodes().get(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"outbounds\":[ONE]}",
        "[{\"outbounds\":[ONE]},{\"outbounds\":[]}]",
        "{\"outbound\":ONE}",
        "{\"outbound\":{\"protocol\":\"freedom\"},\"outboundDetour\":[ONE]}",
        "ONE",
        "[ONE]",
        "// mine\n{ # x\n/* y */ \"outbounds\": [ONE,], }"
      })
  void findsOutboundsWhereverTheyStand(String around) {
    assertThat(BodyTest.read(around.replace("ONE", V2RAY.replace("MORE", ""))).nodes())
        .extracting(Node::name)
        .containsExactly("v");
  }

  @Test
  void countsOtherProtocolsButNotWhatLeadsToNoServer() {
    Content content =
        BodyTest.read(
            ("{\"outbounds\":[ONE,{\"protocol\":\"vless\"},{\"type\":\"trojan\"},"
                    + "{\"protocol\":\"freedom\"},{\"type\":\"selector\"},{},7]}")
                .replace("ONE", SING_BOX.replace("MORE", "")));

    assertThat(content.nodes()).hasSize(1);
    assertThat(content.otherProtocols()).isEqualTo(2);
    assertThat(content.errors()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      textBlock =
          """
          ,"transport":{"type":"quic"} => UNSUPPORTED_TRANSPORT => transport.type
          ,"tls":{"enabled":true,"reality":{"enabled":true}} => UNSUPPORTED_SECURITY => tls.reality
          ,"tls":{"enabled":true,"ech":{"enabled":true}} => UNSUPPORTED_OPTION => tls.ech
          ,"tls":{"enabled":true,"certificate_public_key_sha256":["?"]} => UNSUPPORTED_OPTION => tls.certificate_public_key_sha256
          ,"detour":"other" => UNSUPPORTED_OPTION => detour
          ,"security":"rot13" => UNSUPPORTED_CIPHER => security
          """)
  void refusesWhatSingBoxCanAndThisCannot(String more, String code, String field) {
    assertThat(read(SING_BOX, more).errors())
        .singleElement()
        .satisfies(error -> assertThat(error.where()).isEqualTo("outbounds[1]"))
        .satisfies(error -> assertThat(error.error().code()).isEqualTo(code))
        .satisfies(error -> assertThat(error.error().field()).isEqualTo(field));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      textBlock =
          """
          ,"streamSettings":{"network":"quic"} => UNSUPPORTED_TRANSPORT => streamSettings.network
          ,"streamSettings":{"security":"reality"} => UNSUPPORTED_SECURITY => streamSettings.security
          ,"streamSettings":{"security":"XTLS"} => UNSUPPORTED_SECURITY => streamSettings.security
          ,"streamSettings":{"sockopt":{"dialerProxy":"x"}} => UNSUPPORTED_OPTION => streamSettings.sockopt.dialerProxy
          ,"streamSettings":{"tcpSettings":{"header":{"type":"srtp"}}} => UNSUPPORTED_TRANSPORT => streamSettings.tcpSettings.header.type
          ,"proxySettings":{"tag":"x"} => UNSUPPORTED_OPTION => proxySettings
          """)
  void refusesWhatV2RayCanAndThisCannot(String more, String code, String field) {
    assertThat(read(V2RAY, more).errors())
        .singleElement()
        .satisfies(
            error -> assertThat(error.where()).isEqualTo("outbounds[1].settings.vnext[0].users[0]"))
        .satisfies(error -> assertThat(error.error().code()).isEqualTo(code))
        .satisfies(error -> assertThat(error.error().field()).isEqualTo(field));
  }

  @Test
  void leavesEdInThePathsOfSingBoxAndV2Ray() {
    String ws = "\"path\":\"/ray?ed=2048\"";

    Node singBox = one(SING_BOX, ",\"transport\":{\"type\":\"ws\"," + ws + "}");
    Node v2ray = one(V2RAY, ",\"streamSettings\":{\"network\":\"ws\",\"wsSettings\":{" + ws + "}}");

    assertThat(singBox.transport().paths()).containsExactly("/ray?ed=2048");
    assertThat(singBox.transport().earlyData()).isNull();
    assertThat(v2ray.transport()).isEqualTo(singBox.transport());
  }

  @Test
  void takesTheAddressForTheTlsNameNotTheHost() {
    Node node =
        one(
            V2RAY,
            ",\"streamSettings\":{\"network\":\"ws\",\"security\":\"tls\","
                + "\"wsSettings\":{\"headers\":{\"host\":\"cdn.example\"}}}");
    Node.Tls tls = Objects.requireNonNull(node.tls());

    assertThat(tls.sni()).isEqualTo("a.example");
    assertThat(tls.sniSource()).isEqualTo("address");
    assertThat(node.transport().hosts()).containsExactly("cdn.example");
  }

  @Test
  void readsEarlyDataMuxAndPins() {
    String pin = "A".repeat(43) + "=";
    Node node =
        one(
            V2RAY,
            ",\"mux\":{\"enabled\":true,\"concurrency\":-1},\"streamSettings\":{\"network\":\"ws\","
                + "\"security\":\"tls\",\"tlsSettings\":{\"pinnedPeerCertificateChainSha256\":[\""
                + pin
                + "\"]},\"wsSettings\":{\"maxEarlyData\":\"64\"}}");

    assertThat(node.mux()).isZero();
    assertThat(node.transport().earlyData()).isEqualTo(new EarlyData(64, ""));
    assertThat(Objects.requireNonNull(node.tls()).chainSha256()).containsExactly("00".repeat(32));
    assertThat(one(V2RAY, ",\"mux\":{\"enabled\":true}").mux()).isEqualTo(8);
  }

  @Test
  void losesAnOutboundOnlyWhereItIsWrong() {
    Content content =
        BodyTest.read(
            ("{\"outbounds\":[ONE,{\"protocol\":\"vmess\"},{\"type\":\"vmess\"},"
                    + "{\"protocol\":\"vmess\",\"settings\":{\"vnext\":7}},"
                    + "{\"protocol\":\"vmess\",\"settings\":{\"vnext\":[{\"address\":\"a\",\"port\":1}]}}]}")
                .replace("ONE", V2RAY.replace("MORE", "")));

    assertThat(content.nodes()).hasSize(1);
    assertThat(content.errors())
        .extracting(error -> error.where() + " " + error.error().code())
        .containsExactly(
            "outbounds[1] MISSING_FIELD",
            "outbounds[2] MISSING_FIELD",
            "outbounds[3].settings.vnext MISSING_FIELD",
            "outbounds[4].settings.vnext[0] MISSING_FIELD");
  }

  @Test
  void takesTheLastOfANameThatIsThereTwice() {
    String twice = V2RAY.replace("MORE", ",\"tag\":\"last\"");

    assertThat(BodyTest.read(twice).nodes()).extracting(Node::name).containsExactly("last");
  }

  @Test
  void losesAnOutboundOnlyWhereAValueIsEndless() {
    Content content = read(SING_BOX, ",\"security\":\"" + "x".repeat(20_000) + "\"");

    assertThat(content.nodes()).hasSize(1);
    assertThat(content.errors())
        .singleElement()
        .satisfies(error -> assertThat(error.error().code()).isEqualTo("TOO_LONG"));
  }

  @Test
  void refusesManySmallThings() {
    assertThat(BodyTest.refused("[" + "{},".repeat(300_000) + "{}]"))
        .hasMessageContaining("too much in it");
  }
}
