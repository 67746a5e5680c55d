package io.vmessproxy.client.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.link.Subscription.Content;
import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clash's YAML as providers write it, and as attackers would. */
@Timeout(30)
final class ClashBodyTest {
  private static final String HEAD =
      "type: vmess, server: a.example, port: 443, uuid: " + BodyTest.ID;

  private static Node one(String more) {
    return BodyTest.read("proxies: [{" + HEAD + ", " + more + "}]").nodes().get(0);
  }

  @Test
  void followsAnchorsAndMergeKeys() {
    Content content =
        BodyTest.read(
            """
            p: &base {type: vmess, port: 443, uuid: %s, tls: true}
            net: &net {network: ws, ws-opts: &opts {path: /ray}}
            proxies:
              - {<<: *base, name: one, server: a.example}
              - {name: two, server: b.example, port: 8443, <<: [*base, *net]}
            """
                .formatted(BodyTest.ID));

    assertThat(content.nodes())
        .extracting(node -> node.name() + " " + node.port() + " " + node.transport().kind())
        .containsExactly("one 443 tcp", "two 8443 ws");
    assertThat(content.nodes()).allMatch(node -> node.tls() != null);
  }

  @Test
  void readsNamesWithEmojiColonsAndWhatLooksLikeAnotherType() {
    Content content =
        BodyTest.read(
            """
            proxies:
            - name: "🇩🇪 Berlin: 1 #2"
              %1$s
            - name: yes
              %1$s
            - name: 2024-01-01
              %1$s
            - {name: 🚀 x, server: a, port: 1, type: vmess, uuid: 12345678}
            """
                .formatted(HEAD.replace(", ", "\n  ")));

    assertThat(content.nodes())
        .extracting(Node::name)
        .containsExactly("🇩🇪 Berlin: 1 #2", "yes", "2024-01-01", "🚀 x");
  }

  @Test
  void readsEachTransport() {
    assertThat(
            one("network: ws, ws-opts: {path: /p, max-early-data: 99, early-data-header-name: X}")
                .transport()
                .earlyData())
        .isEqualTo(new EarlyData(99, "X"));
    assertThat(one("network: ws, ws-opts: {path: /p, max-early-data: 99}").transport().earlyData())
        .isEqualTo(new EarlyData(99, ""));
    assertThat(one("network: ws, ws-opts: {headers: {HOST: h, X-A: b}}").transport())
        .satisfies(ws -> assertThat(ws.hosts()).containsExactly("h"))
        .satisfies(ws -> assertThat(ws.headers()).isEqualTo(Map.of("X-A", List.of("b"))));
    assertThat(one("network: http, http-opts: {path: [/a, /b]}").transport())
        .satisfies(http -> assertThat(http.kind()).isEqualTo("http-header"))
        .satisfies(http -> assertThat(http.paths()).containsExactly("/a", "/b"));
    assertThat(one("network: httpupgrade, ws-opts: {path: /u}").transport().kind())
        .isEqualTo("httpupgrade");
    assertThat(one("network: kcp, kcp-opts: {header: srtp, seed: s}").transport().kcp())
        .isEqualTo(new Node.Kcp("srtp", "s"));
  }

  @Test
  void readsWhatTlsIsToCheck() {
    Node.Tls tls =
        one("tls: true, sni: s.example, alpn: [h2, http/1.1], skip-cert-verify: true,"
                + " client-fingerprint: chrome, fingerprint: '"
                + "AB:".repeat(31)
                + "AB'")
            .tls();

    assertThat(tls)
        .isEqualTo(
            new Node.Tls(
                "s.example",
                "explicit",
                List.of("h2", "http/1.1"),
                true,
                "chrome",
                List.of("ab".repeat(32)),
                List.of(),
                List.of(),
                List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "'packet-encoding: xudp', xudp",
    "'packet-encoding: packetaddr', packetaddr",
    "'xudp: true', xudp",
    "'packet-addr: true', packetaddr",
    "'udp: true',"
  })
  void readsHowDatagramsTravel(String key, String packetEncoding) {
    assertThat(one(key).packetEncoding()).isEqualTo(packetEncoding);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      textBlock =
          """
          network: quic => UNSUPPORTED_TRANSPORT => network
          reality-opts: {public-key: x} => UNSUPPORTED_SECURITY => reality-opts
          ech-opts: {enable: true} => UNSUPPORTED_OPTION => ech-opts
          dialer-proxy: other => UNSUPPORTED_OPTION => dialer-proxy
          cipher: rot13 => UNSUPPORTED_CIPHER => cipher
          alterId: many => BAD_ALTER_ID => alterId
          """)
  void refusesWhatIsNotSupportedByItsOwnName(String key, String code, String field) {
    Content content =
        BodyTest.read("proxies: [{" + HEAD + "}, {" + HEAD + ", name: x, " + key + "}]");

    assertThat(content.errors())
        .singleElement()
        .satisfies(error -> assertThat(error.where()).isEqualTo("proxies[1]"))
        .satisfies(error -> assertThat(error.error().code()).isEqualTo(code))
        .satisfies(error -> assertThat(error.error().field()).isEqualTo(field))
        .satisfies(error -> assertThat(error.error().getMessage()).startsWith(field + ": "));
  }

  @Test
  void makesNothingOfTags() {
    Content content =
        BodyTest.read(
            """
            x: !!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL ["http://127.0.0.1:1/"]]]]
            proxies:
              - !!java.lang.ProcessBuilder {name: !<str> tagged, %s}
            """
                .formatted(HEAD));

    assertThat(content.nodes()).extracting(Node::name).containsExactly("tagged");
  }

  @Test
  void refusesABillionLaughs() {
    StringBuilder text = new StringBuilder("a0: &a0 [lol, lol]\n");
    for (int i = 1; i < 30; i++) {
      text.append("a%1$d: &a%1$d [*a%2$d, *a%2$d, *a%2$d, *a%2$d]\n".formatted(i, i - 1));
    }

    LinkException error = BodyTest.refused(text + "proxies: *a29\n");

    assertThat(error.code()).isEqualTo("UNKNOWN_FORMAT");
    assertThat(error)
        .hasMessage(
            "the YAML cannot be read: its aliases make it too large or too deep (expected: Clash's"
                + " proxies)");
  }

  @Test
  void refusesMergeKeysThatMultiply() {
    StringBuilder text = new StringBuilder("a0: &a0 {x: 1}\n");
    for (int i = 1; i < 14; i++) {
      text.append("a%1$d: &a%1$d {<<: [*a%2$d, *a%2$d, *a%2$d, *a%2$d]}\n".formatted(i, i - 1));
    }

    assertThat(BodyTest.refused(text + "proxies: [*a13]\n").code()).isEqualTo("UNKNOWN_FORMAT");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "proxies: &a [*a]",
        "proxies: [&a {x: *a, <<: *a}]",
        "proxies: [{? [a, b] : c}]",
        "proxies: [{? &k [*k] : c}]",
        "proxies: \"\\UFFFFFFFF\"",
        "proxies: *none",
        "%YAML 9.9\n---\nproxies: []",
        "proxies:\n\t- a",
        "proxies: {a: [}",
        "proxies: !<!\n",
        "proxies: |9999999999\n a"
      })
  void survivesOddDocuments(String text) {
    assertThat(BodyTest.refused(text).code()).isIn("UNKNOWN_FORMAT", "NO_USABLE_NODE");
  }

  @Test
  void refusesDeepNesting() {
    assertThat(BodyTest.refused("proxies: " + "[".repeat(5_000)).code())
        .isEqualTo("UNKNOWN_FORMAT");
  }

  @Test
  void refusesManySmallThings() {
    assertThat(BodyTest.refused("proxies: [" + "a,".repeat(300_000) + "]"))
        .hasMessageContaining("more than 262144 values");
  }

  @Test
  void readsItAsJsonToo() {
    Content content =
        BodyTest.read(
            "{\"proxies\":[{\"type\":\"vmess\",\"server\":\"a\",\"port\":1,\"uuid\":\"%s\"}]}"
                .formatted(BodyTest.ID));

    assertThat(content.nodes()).hasSize(1);
  }
}
