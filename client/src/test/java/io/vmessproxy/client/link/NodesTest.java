package io.vmessproxy.client.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.selection.UdpMode;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TlsSettings.Pin;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class NodesTest {
  private static final UserId ID = UserId.parse("b831381d-6324-4d53-ad4f-8cda48b30811");

  private static Server server(String vector) {
    return Nodes.server(Links.read(LinkVectors.link(vector)).node());
  }

  @Test
  void aPlainNodeIsAServerOverTcp() {
    Server server = server("v2rayn-legacy-aid");

    assertThat(server.tag()).isEqualTo("Legacy");
    assertThat(server.address()).hasToString("node1.example.com:443");
    assertThat(server.users()).containsExactly(new Account(ID, 64, Security.auto(), 0));
    assertThat(server.mux()).isZero();
    assertThat(server.stream()).isEqualTo(StreamSettings.PLAIN);
  }

  @Test
  void aWebSocketHasItsPathItsHostAndItsEarlyData() {
    assertThat(server("v2rayn-ws-ed").stream().transport())
        .isEqualTo(
            new TransportSettings.WebSocket(
                "/ray", "cdn.example.net", Map.of(), new EarlyData(2048, EarlyData.USUAL_HEADER)));
  }

  @Test
  void grpcHasItsService() {
    assertThat(server("v2rayn-grpc-multi").stream().transport())
        .isEqualTo(new TransportSettings.Grpc("/my/Custom", true, "auth.example.com"));
  }

  @Test
  void h2HasItsHosts() {
    assertThat(server("v2rayn-h2").stream().transport())
        .isEqualTo(new TransportSettings.Http2("PUT", "/h2", List.of("h2.example.com"), Map.of()));
  }

  @Test
  void httpUpgradeHasNoEarlyData() {
    assertThat(server("v2rayn-httpupgrade").stream().transport())
        .isEqualTo(new TransportSettings.HttpUpgrade("/up", "cdn.example.net", Map.of()));
  }

  @Test
  void theHostsOfAnHttpHeaderAreAmongABrowsersHeaders() {
    TransportSettings.HttpHeader http =
        (TransportSettings.HttpHeader) server("v2rayn-http-header").stream().transport();

    assertThat(http.paths()).containsExactly("/x", "/y");
    assertThat(http.headers())
        .containsEntry("Host", List.of("a.example.com", "b.example.com"))
        .containsKeys("User-Agent", "Connection");
  }

  @Test
  void theTlsNameIsNoneWhereItIsTheAddress() {
    assertThat(tls("v2rayn-cipher-zero").serverName()).isNull();
    assertThat(tls("v2rayn-ws-ed").serverName()).isEqualTo("cdn.example.net");
    assertThat(tls("v2rayn-insecure").serverName()).isEqualTo("x.example.com");
    assertThat(tls("v2rayn-insecure").insecure()).isTrue();
  }

  private static TlsSettings tls(String vector) {
    TlsSettings tls = server(vector).stream().tls();
    if (tls == null) {
      throw new AssertionError("no TLS");
    }
    return tls;
  }

  @Test
  void pinsKeepTheirKind() {
    RawNode raw = new RawNode();
    raw.server = "a";
    raw.port = "1";
    raw.id = ID.reveal();
    raw.tls = "tls";
    raw.certificateSha256.add("aa".repeat(32));
    raw.chainSha256.add("bb".repeat(32));
    raw.publicKeySha256.add("cc".repeat(32));
    raw.verifyNames.add("v.example");
    raw.packetEncoding = "packet";
    raw.mux = 8;

    Server server = Nodes.server(raw.check(new ArrayList<>()));

    assertThat(server.stream().tls()).isNotNull();
    assertThat(server.stream().tls().pins())
        .containsExactlyInAnyOrder(
            new Pin(Pin.Kind.CERTIFICATE, "aa".repeat(32)),
            new Pin(Pin.Kind.CHAIN, "bb".repeat(32)),
            new Pin(Pin.Kind.PUBLIC_KEY, "cc".repeat(32)));
    assertThat(server.stream().tls().verifyNames()).containsExactly("v.example");
    assertThat(server.udpMode()).isEqualTo(UdpMode.PACKETADDR);
    assertThat(server.mux()).isEqualTo(8);
  }

  @Test
  void whatIsNotHereIsRefusedByName() {
    LinkException error =
        catchThrowableOfType(LinkException.class, () -> server("v2rayn-kcp-seed"));

    assertThat(error.code()).isEqualTo("UNSUPPORTED_TRANSPORT");
    assertThat(error)
        .hasMessageStartingWith(
            "net: kcp is not supported (expected: tcp, ws, httpupgrade, h2 or grpc");
  }

  @Test
  void aPathIsEncodedForARequestLine() {
    Node node = Links.read("vmess://" + ID.reveal() + "@a:1?type=ws&path=/a b/é?x=%2520").node();

    assertThat(Nodes.server(node).stream().transport())
        .isEqualTo(new TransportSettings.WebSocket("/a%20b/%C3%A9?x=%20", null, Map.of(), null));
  }

  static List<TransportSettings> transports() {
    return List.of(
        new TransportSettings.Tcp(),
        new TransportSettings.HttpHeader(
            "GET", List.of("/", "/b"), Map.of("Host", List.of("h"), "X", List.of("1", "2"))),
        new TransportSettings.WebSocket("/w?x", "h", Map.of("X", "1"), new EarlyData(99, "")),
        new TransportSettings.WebSocket("/w", null, Map.of(), null),
        new TransportSettings.HttpUpgrade("/u", null, Map.of("X", "1")),
        new TransportSettings.Http2("PUT", "/2", List.of("h", "i"), Map.of()),
        new TransportSettings.Grpc("svc", true, "a"),
        new TransportSettings.Grpc("svc", false, null));
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aServerComesBackFromItsNodes(TransportSettings transport) {
    TlsSettings tls =
        new TlsSettings(
            "sni.example",
            List.of("h2"),
            true,
            List.of(),
            List.of(new Pin(Pin.Kind.CHAIN, "ab".repeat(32))),
            List.of("v.example"));
    Server server =
        new Server(
            "tag",
            new Destination(Address.of("2001:db8::1"), 443),
            List.of(new Account(ID, 0, Security.auto(), 0), new Account(ID, 4, Security.NONE, 0)),
            8,
            UdpMode.XUDP,
            new StreamSettings(transport, tls));

    List<Server> again = Nodes.nodes(server).stream().map(Nodes::server).toList();

    assertThat(again).hasSize(2);
    for (int i = 0; i < 2; i++) {
      assertThat(again.get(i))
          .isEqualTo(
              new Server(
                  "tag",
                  server.address(),
                  List.of(server.users().get(i)),
                  8,
                  UdpMode.XUDP,
                  server.stream()));
    }
  }
}
