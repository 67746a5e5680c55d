package io.vmessproxy.client.link;

import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import java.util.HashMap;
import java.util.Map;

/** An entry of Clash's {@code proxies} with {@code type: vmess}. Source: mihomo's documentation. */
final class ClashProxy {
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("add", "server"),
          Map.entry("id", "uuid"),
          Map.entry("aid", "alterId"),
          Map.entry("scy", "cipher"),
          Map.entry("net", "network"),
          Map.entry("type", "network"),
          Map.entry("sni", "servername"),
          Map.entry("pcs", "fingerprint"));
  // What mihomo calls a service without a name.
  private static final String DEFAULT_SERVICE = "GunService";

  private final Fields proxy;
  private final RawNode raw = new RawNode();
  private final Map<String, String> names = new HashMap<>(NAMES);

  ClashProxy(Fields proxy) {
    this.proxy = proxy;
  }

  /** Reads and checks it. */
  void addTo(BodyNodes nodes, String where) {
    raw.name = proxy.text("name");
    raw.server = proxy.text("server");
    raw.port = proxy.text("port");
    raw.id = proxy.text("uuid");
    raw.alterId = proxy.text("alterId", "alter-id");
    raw.cipher = proxy.text("cipher");
    transport();
    tls();
    datagrams();
    if (!proxy.text("dialer-proxy").isEmpty()) {
      raw.refused.add("dialer-proxy");
    }
    if (proxy.child("smux").flag("enabled")) {
      nodes.addHint("smux: another protocol's multiplexing, not used");
    }
    nodes.add(where, raw, names);
  }

  private void transport() {
    raw.network = proxy.text("network");
    switch (raw.network) {
      case "ws" -> webSocket();
      case "httpupgrade" -> upgrade();
      case "http" -> {
        // In a link it would be h2.
        raw.network = "tcp";
        raw.type = "http";
        raw.paths.addAll(proxy.child("http-opts").texts("path"));
        V2RayStream.addHeaders(raw, proxy.child("http-opts").headers("headers"));
      }
      case "h2" -> {
        raw.hosts.addAll(proxy.child("h2-opts").texts("host"));
        raw.paths.add(proxy.child("h2-opts").text("path"));
      }
      case "grpc" -> {
        String service = proxy.child("grpc-opts").text("grpc-service-name");
        raw.paths.add(service.isEmpty() ? DEFAULT_SERVICE : service);
      }
      case "kcp" -> {
        raw.type = proxy.child("kcp-opts").text("header");
        raw.paths.add(proxy.child("kcp-opts").text("seed"));
      }
      default -> {
        // Plain TCP, or what the check refuses.
      }
    }
  }

  private void webSocket() {
    upgrade();
    Fields options = proxy.child("ws-opts");
    if (options.flag("v2ray-http-upgrade")) {
      raw.network = "httpupgrade";
    }
    int max = options.number("max-early-data", EarlyData.MAX_BYTES);
    if (max > 0) {
      raw.earlyData = new EarlyData(max, options.text("early-data-header-name"));
    }
  }

  private void upgrade() {
    Fields options = proxy.child("ws-opts", "http-upgrade-opts");
    raw.paths.add(options.has("path") ? options.text("path") : proxy.text("ws-path"));
    V2RayStream.addHeaders(
        raw, options.has("headers") ? options.headers("headers") : proxy.headers("ws-headers"));
  }

  private void tls() {
    raw.tls = proxy.flag("tls") ? "tls" : "";
    raw.sni = proxy.text("servername", "sni");
    raw.alpn.addAll(proxy.texts("alpn"));
    raw.insecure = proxy.flag("skip-cert-verify");
    raw.certificateSha256.addAll(proxy.texts("fingerprint"));
    raw.fingerprint = proxy.text("client-fingerprint");
    if (!proxy.child("reality-opts").isEmpty()) {
      raw.tls = "reality";
      names.put("tls", "reality-opts");
    }
    if (proxy.child("ech-opts").flag("enable")) {
      raw.refused.add("ech-opts");
    }
  }

  private void datagrams() {
    raw.packetEncoding = proxy.text("packet-encoding");
    if (proxy.flag("xudp")) {
      raw.packetEncoding = "xudp";
    } else if (proxy.flag("packet-addr")) {
      raw.packetEncoding = "packetaddr";
    }
  }
}
