package io.vmessproxy.client.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the vectors do not show. */
final class LinksTest {
  private static final String ID = "b831381d-6324-4d53-ad4f-8cda48b30811";
  private static final String URI = "vmess://" + ID + "@a.example:443";

  private static String base64(String content) {
    return "vmess://"
        + Base64.getEncoder().encodeToString(content.getBytes(StandardCharsets.UTF_8));
  }

  private static Node json(String fields) {
    return Links.read(base64("{\"add\":\"a\",\"port\":1,\"id\":\"" + ID + "\"," + fields + "}"))
        .node();
  }

  private static LinkException error(String link) {
    return catchThrowableOfType(LinkException.class, () -> Links.read(link));
  }

  @ParameterizedTest(name = "[{0}]")
  @ValueSource(
      strings = {" %s ", "\ufeff%s\r\n", "\"%s\"", "'%s'", "`%s`", "<%s>", "< %s >", "\n\"%s\" "})
  void whatStandsAroundALinkDoesNotMatter(String around) {
    assertThat(Links.read(around.formatted(URI)).node().server()).isEqualTo("a.example");
  }

  @Test
  void theSchemeHasNoCase() {
    assertThat(Links.read("VMess" + URI.substring(5)).node().port()).isEqualTo(443);
  }

  @Test
  void aPositionCountsFromWhatWasGiven() {
    assertThat(error("  <vmess://" + ID + "@a.example:443x>"))
        .hasMessage("character 59: \"443x\" is no port (expected: 1..65535)");
  }

  @Test
  void aLinkIsNotEndless() {
    LinkException error = error(URI + "#" + "x".repeat(16 << 10));

    assertThat(error.code()).isEqualTo("TOO_LONG");
    assertThat(Links.read(URI + "#" + "x".repeat((16 << 10) - URI.length() - 1)).node().name())
        .hasSize(200);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "vmess://eyJ2I|BAD_BASE64|character 14: the base64 ends in the middle of a byte",
        "vmess://eyJ2*|BAD_BASE64|character 13: \"*\" is not base64",
        "vmess://eyJ2=eyJ2|BAD_BASE64|character 13: \"e\" is not base64",
        "vmess://====|EMPTY|character 9: the base64 holds nothing",
        "vmess:// # |EMPTY|character 9: nothing behind vmess://",
        "vless://x|UNSUPPORTED_SCHEME|character 1: \"vless://\" is another protocol",
        "STATUS=up|NOT_A_LINK|character 1: no link begins so",
        "vmess://x@|MISSING_FIELD|character 11: missing (expected: a name or an IP address)",
        "vmess://@a:1|MISSING_FIELD|character 9: missing (expected: a UUID)",
        "vmess://b831381d-6324-4d53-ad4f-8cda48b30811@a:1?ech=x|UNSUPPORTED_OPTION|character 54: it changes what is sent"
      })
  void aMistakeHasItsPlace(String link, String code, String message) {
    assertThat(error(link).code()).isEqualTo(code);
    assertThat(error(link)).hasMessageStartingWith(message).hasMessageContaining("(expected: ");
  }

  @Test
  void jsonThatIsBrokenHasItsPlace() {
    assertThat(error(base64("{\"v\":\"2\",\n\"ps\" \"x\"}")).getMessage())
        .startsWith("JSON in the base64: it is broken, at line 2, column ");
    assertThat(error(base64("{\"v\":\"2\",\"ps\":\"x")).getMessage())
        .startsWith("JSON in the base64: it ");
    assertThat(error(base64("{} {}")).getMessage()).contains("more text behind its end");
  }

  @Test
  void jsonIsReadWithItsOddities() {
    Node node =
        json(
            "\"ps\":null,\"aid\":\"\",\"net\":\"ws\",\"host\":[\"h.example\",\"i.example\"],"
                + "\"path\":\"/a\tb\",\"path\":\"/last\",\"tls\":true,\"peer\":\"s.example\","
                + "\"alpn\":\"h2%2Chttp/1.1\",\"skip-cert-verify\":1,\"security\":\"AUTO\",");

    assertThat(node.name()).isEqualTo("a:1");
    assertThat(node.transport().hosts()).containsExactly("h.example", "i.example");
    assertThat(node.transport().paths()).containsExactly("/last");
    assertThat(node.tls()).isNotNull();
    assertThat(node.tls().sni()).isEqualTo("s.example");
    assertThat(node.tls().alpn()).containsExactly("h2", "http/1.1");
    assertThat(node.tls().insecure()).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"443", "443.0", "4.43e2", "\"443\"", "\" 443 \"", "[443]"})
  void aPortIsANumberHoweverItIsWritten(String port) {
    assertThat(Links.read(withPort(port)).node().port()).isEqualTo(443);
  }

  private static String withPort(String port) {
    return base64("{\"add\":\"a\",\"id\":\"" + ID + "\",\"port\":" + port + "}");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"1e999999999", "-1", "443.5", "true", "{}", "99999999999999999999"})
  void otherwiseItIsNone(String port) {
    assertThat(error(withPort(port)).code()).isEqualTo("BAD_PORT");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "\"v\":\"1\",\"net\":\"ws\",\"host\":\"h;\"|/|h",
        "\"net\":\"h2\",\"host\":\"p;h\"|/p|h",
        "\"v\":1,\"net\":\"ws\",\"host\":\"/p;h\",\"path\":\"/wins\"|/wins|/p;h",
        "\"v\":\"2\",\"net\":\"ws\",\"host\":\"/p\"|/|/p"
      })
  void versionOneHadPathAndHostInOne(String fields, String path, String host) {
    Node.Transport transport = json(fields).transport();

    assertThat(transport.paths()).containsExactly(path);
    assertThat(transport.hosts()).containsExactly(host);
  }

  @Test
  void aNameOfOldWindowsIsRead() {
    String json = "{\"ps\":\"香港\",\"add\":\"a\",\"port\":1,\"id\":\"" + ID + "\"}";
    String link =
        "vmess://" + Base64.getEncoder().encodeToString(json.getBytes(Charset.forName("GBK")));

    Links.Read read = Links.read(link);

    assertThat(read.node().name()).isEqualTo("香港");
    assertThat(read.warnings()).containsExactly("BAD_UTF8");
  }

  @Test
  void aUriMayHaveAnEncodedIdAndOtherCases() {
    Node node =
        Links.read(
                "vmess://"
                    + ID.replace("-", "%2D")
                    + "@a.example:443///?TYPE=ws&Path=a=b&SECURITY=TLS&flow=x#a%20b%zz%")
            .node();

    assertThat(node.uuid()).isEqualTo(ID);
    assertThat(node.transport().paths()).containsExactly("/a=b");
    assertThat(node.tls()).isNotNull();
    assertThat(node.name()).isEqualTo("a b%zz%");
    assertThat(node.extras()).containsOnlyKeys("flow");
  }

  @Test
  void theOldestLinksAreRead() {
    Node node =
        Links.read("vmess1://" + ID + "@a.example:443/p?network=ws&tls=true&ws.host=h.example#N")
            .node();

    assertThat(node.transport().kind()).isEqualTo("ws");
    assertThat(node.transport().paths()).containsExactly("/p");
    assertThat(node.transport().hosts()).containsExactly("h.example");
    assertThat(node.tls()).isNotNull();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "vmess=a.example:443, method=none, password=%s, obfs=wss, obfs-host=h.example, obfs-uri=/p,"
            + " tls-verification=false, tls-host=s.example, udp-relay=true, tag=N",
        "N = vmess, a.example, 443, username=%s, encrypt-method=none, ws=true, ws-path=/p,"
            + " ws-headers=X:1|Host:h.example, tls=true, sni=s.example, skip-cert-verify=true",
        "N=vmess,a.example,443,none,\"%s\",transport=ws,path=/p,host=h.example,over-tls=true,"
            + "tls-name=s.example,skip-cert-verify=true"
      })
  void linesOfConfigurationsAreRead(String line) {
    Node node = Links.read(line.formatted(ID)).node();

    assertThat(node.name()).isEqualTo("N");
    assertThat(node.server()).isEqualTo("a.example");
    assertThat(node.cipher()).isEqualTo("none");
    assertThat(node.transport().kind()).isEqualTo("ws");
    assertThat(node.transport().paths()).containsExactly("/p");
    assertThat(node.transport().hosts()).containsExactly("h.example");
    assertThat(node.tls()).isNotNull();
    assertThat(node.tls().sni()).isEqualTo("s.example");
    assertThat(node.tls().insecure()).isTrue();
  }

  @Test
  void whatNoLinkCanTellIsListed() {
    RawNode raw = new RawNode();
    raw.server = "a";
    raw.port = "1";
    raw.id = ID;
    raw.network = "ws";
    raw.paths.add("/p?ed=1");
    raw.earlyDataInPath = false;
    raw.earlyData = new EarlyData(8, "");
    raw.headers.put("X", List.of("1"));
    raw.tls = "tls";
    raw.chainSha256.add("ab".repeat(32));
    raw.publicKeySha256.add("ab".repeat(32));
    raw.packetEncoding = "xudp";
    raw.mux = 8;

    Node node = raw.check(new ArrayList<>());

    assertThat(Exports.link(node).lossy())
        .containsExactly(
            "packetEncoding",
            "mux",
            "headers",
            "earlyData",
            "path",
            "chainSha256",
            "publicKeySha256");
    assertThat(Exports.uri(node).lossy()).doesNotContain("packetEncoding").contains("mux");
    assertThat(Exports.vnext(List.of(node)).lossy())
        .containsExactly("packetEncoding", "publicKeySha256");
  }
}
