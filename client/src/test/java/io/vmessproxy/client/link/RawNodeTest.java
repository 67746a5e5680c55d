package io.vmessproxy.client.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RawNodeTest {
  private static final String ID = "b831381d-6324-4d53-ad4f-8cda48b30811";

  private final List<String> warnings = new ArrayList<>();

  private static RawNode raw() {
    RawNode raw = new RawNode();
    raw.server = "a.example.com";
    raw.port = "443";
    raw.id = ID;
    return raw;
  }

  private static RawNode webSocket(String path) {
    RawNode raw = raw();
    raw.network = "ws";
    raw.paths.add(path);
    return raw;
  }

  @Test
  void theLeastThereIsMakesANode() {
    Node node = raw().check(warnings);

    assertThat(node.name()).isEqualTo("a.example.com:443");
    assertThat(node.uuid()).isEqualTo(ID);
    assertThat(node.cipher()).isEqualTo("auto");
    assertThat(node.transport().kind()).isEqualTo("tcp");
    assertThat(node.tls()).isNull();
    assertThat(warnings).isEmpty();
  }

  @ParameterizedTest(name = "\"{0}\" is {1}")
  @CsvSource({
    "' A.Example.com ', a.example.com",
    "[2001:DB8::5], 2001:db8::5",
    "2001:db8::5, 2001:db8::5",
    "bücher.example, xn--bcher-kva.example",
    "my_node.example, my_node.example",
    "192.0.2.1, 192.0.2.1"
  })
  void aServerIsWrittenInOneWay(String text, String server) {
    RawNode raw = raw();
    raw.server = text;

    assertThat(raw.check(warnings).server()).isEqualTo(server);
  }

  @ParameterizedTest(name = "\"{0}\"")
  @CsvSource({"a b", "http://a/", "a/b", "a?b", "a#b", "u@a", "a\\b", "a:1", "fe80::1%eth0", "*"})
  void whatIsNoHostIsRefused(String text) {
    RawNode raw = raw();
    raw.server = text;

    LinkException error = error(raw);

    assertThat(error.code()).isEqualTo("BAD_HOST");
    assertThat(error.field()).isEqualTo("add");
    assertThat(error).hasMessageContaining("(expected: a name or an IP address, and nothing else)");
  }

  private LinkException error(RawNode raw) {
    return catchThrowableOfType(LinkException.class, () -> raw.check(warnings));
  }

  @Test
  void theFirstMistakeInOrderIsNamed() {
    RawNode raw = new RawNode();
    raw.tls = "reality";
    List<String> codes = new ArrayList<>();
    for (Runnable cure : cures(raw)) {
      LinkException error = error(raw);
      codes.add(error.code() + " " + error.field());
      cure.run();
    }

    assertThat(codes)
        .containsExactly(
            "MISSING_FIELD add",
            "MISSING_FIELD port",
            "BAD_PORT port",
            "MISSING_FIELD id",
            "BAD_UUID id",
            "BAD_ALTER_ID aid",
            "UNSUPPORTED_CIPHER scy",
            "UNSUPPORTED_TRANSPORT net",
            "UNSUPPORTED_TRANSPORT type",
            "UNSUPPORTED_SECURITY tls",
            "UNSUPPORTED_OPTION ech");
  }

  private static List<Runnable> cures(RawNode raw) {
    raw.alterId = "65536";
    raw.cipher = "aes-128-cfb";
    raw.network = "quic";
    raw.type = "srtp";
    raw.refused.add("ech");
    return List.of(
        () -> raw.server = "a",
        () -> raw.port = "443x",
        () -> raw.port = "443",
        () -> raw.id = ID.substring(1),
        () -> raw.id = ID,
        () -> raw.alterId = "0",
        () -> raw.cipher = "",
        () -> raw.network = "",
        () -> raw.type = "---",
        () -> raw.tls = "",
        () -> raw.refused.clear());
  }

  @Test
  void aPositionIsNamedWhereItIsKnown() {
    RawNode raw = raw();
    raw.port = "443x";
    raw.positions.put("port", 37);

    assertThat(error(raw)).hasMessage("character 37: \"443x\" is no port (expected: 1..65535)");
  }

  @Test
  void noMessageShowsAnId() {
    RawNode raw = raw();
    raw.server = ID + "@a";
    assertThat(error(raw).getMessage()).doesNotContain(ID.substring(0, 9));
    raw.server = "a";
    raw.id = ID + "0";
    assertThat(error(raw).getMessage()).doesNotContain(ID.substring(0, 9));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "/ray?ed=2048, /ray, 2048, Sec-WebSocket-Protocol",
    "/ray?a=1&ed=99&b=2&eh=X-Data, /ray?a=1&b=2, 99, X-Data",
    "/ray?ed=99999999999999, /ray, 4096, Sec-WebSocket-Protocol",
    "%2fa%2Fb%3Fed%3D8, /a/b, 8, Sec-WebSocket-Protocol",
    "/r?eh=x, /r?eh=x, 0, ''",
    "/r?ed=-1, /r, 0, ''",
    "/r?ed=, /r, 0, ''",
    "/r?edge=1, /r?edge=1, 0, ''",
    "r, /r, 0, ''"
  })
  void earlyDataInThePathIsTakenOut(String path, String expected, int max, String header) {
    Node.Transport transport = webSocket(path).check(warnings).transport();

    assertThat(transport.paths()).containsExactly(expected);
    assertThat(transport.earlyData()).isEqualTo(max == 0 ? null : new EarlyData(max, header));
  }

  @Test
  void earlyDataStaysInAPathThatIsMeantSo() {
    RawNode raw = webSocket("/r?ed=8");
    raw.earlyDataInPath = false;

    assertThat(raw.check(warnings).transport().paths()).containsExactly("/r?ed=8");
  }

  @Test
  void earlyDataGoesIntoNoHeaderThatIsNone() {
    assertThat(error(webSocket("/r?ed=8&eh=a%0d%0ab")).code()).isEqualTo("UNSUPPORTED_OPTION");
  }

  @ParameterizedTest(name = "{0}/{1} is {2}")
  @CsvSource({
    "'', '', tcp",
    "raw, none, tcp",
    "TCP, http, http-header",
    "http, http, http-header",
    "http, none, h2",
    "h2, '', h2",
    "gun, '', grpc",
    "mkcp, '', kcp",
    "WebSocket, '', ws",
    "splithttp, auto, xhttp",
    "httpUpgrade, '', httpupgrade"
  })
  void theWordsOfTransportsAreMapped(String network, String type, String kind) {
    RawNode raw = raw();
    raw.network = network;
    raw.type = type;

    assertThat(raw.check(warnings).transport().kind()).isEqualTo(kind);
  }

  @Test
  void anUnknownModeOfGrpcIsGun() {
    RawNode raw = raw();
    raw.network = "grpc";
    raw.type = "odd";
    raw.hosts.add("g.example.com:8443");
    raw.tls = "TLS";

    Node node = raw.check(warnings);

    assertThat(warnings).containsExactly("UNKNOWN_GRPC_MODE");
    assertThat(node.transport().grpc()).isEqualTo(new Node.Grpc("", false, "g.example.com:8443"));
    assertThat(node.tls()).isNotNull();
    assertThat(node.tls().sni()).isEqualTo("g.example.com");
    assertThat(node.tls().sniSource()).isEqualTo("host");
  }

  @Test
  void theHostIsNoTlsNameWhereTheSourceSaysSo() {
    RawNode raw = webSocket("/");
    raw.hosts.add("cdn.example.com");
    raw.tls = "tls";
    raw.sniFromHost = false;

    Node.Tls tls = raw.check(warnings).tls();

    assertThat(tls).isNotNull();
    assertThat(tls.sni()).isEqualTo("a.example.com");
    assertThat(tls.sniSource()).isEqualTo("address");
  }

  @Test
  void aHostThatWouldEndItsHeaderIsRefused() {
    RawNode raw = webSocket("/");
    raw.hosts.add("a\r\nX: y");

    assertThat(error(raw).code()).isEqualTo("BAD_HOST");
  }

  @Test
  void aNameIsPrintable() {
    RawNode raw = raw();
    raw.name = " \u202eevil\u0007\n name\u2028 ";

    assertThat(raw.check(warnings).name()).isEqualTo("evil name");
  }

  @Test
  void extrasOfKnownNamesAreDropped() {
    RawNode raw = raw();
    raw.extras.put("rank", "7");
    raw.extras.put("ps", "\"x\"");

    assertThat(raw.check(warnings).extras()).containsExactly(Map.entry("rank", "7"));
  }
}
