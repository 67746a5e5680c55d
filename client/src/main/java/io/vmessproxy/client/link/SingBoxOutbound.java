package io.vmessproxy.client.link;

import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import java.util.Map;

/** An outbound of sing-box with {@code "type":"vmess"}. Source: sing-box's documentation. */
final class SingBoxOutbound {
  private static final String TYPE = "transport.type";
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("add", "server"),
          Map.entry("port", "server_port"),
          Map.entry("id", "uuid"),
          Map.entry("aid", "alter_id"),
          Map.entry("scy", "security"),
          Map.entry("net", TYPE),
          Map.entry("type", TYPE),
          Map.entry("host", "transport.host"),
          Map.entry("path", "transport.early_data_header_name"),
          Map.entry("tls", "tls.reality"),
          Map.entry("sni", "tls.server_name"),
          Map.entry("pcs", "tls.certificate_public_key_sha256"));

  private final Fields outbound;
  private final RawNode raw = new RawNode();

  SingBoxOutbound(Fields outbound) {
    this.outbound = outbound;
  }

  /** Reads and checks it. */
  void addTo(BodyNodes nodes, String where) {
    raw.name = outbound.text("tag");
    raw.server = outbound.text("server");
    raw.port = outbound.text("server_port");
    raw.id = outbound.text("uuid");
    raw.alterId = outbound.text("alter_id");
    raw.cipher = outbound.text("security");
    raw.packetEncoding = outbound.text("packet_encoding");
    tls(outbound.child("tls"));
    transport(outbound.child("transport"));
    if (!outbound.text("detour").isEmpty()) {
      raw.refused.add("detour");
    }
    if (outbound.child("multiplex").flag("enabled")) {
      nodes.addHint("multiplex: another protocol, not used");
    }
    nodes.add(where, raw, NAMES);
  }

  private void tls(Fields tls) {
    raw.sniFromHost = false;
    if (!tls.flag("enabled")) {
      return;
    }
    raw.tls = tls.child("reality").flag("enabled") ? "reality" : "tls";
    raw.sni = tls.text("server_name");
    raw.insecure = tls.flag("insecure");
    raw.alpn.addAll(tls.texts("alpn"));
    for (String pin : tls.texts("certificate_public_key_sha256")) {
      raw.publicKeySha256.add(V2RayTls.hex(pin));
    }
    if (tls.child("utls").flag("enabled")) {
      raw.fingerprint = tls.child("utls").text("fingerprint");
    }
    if (tls.child("ech").flag("enabled")) {
      raw.refused.add("tls.ech");
    }
  }

  private void transport(Fields transport) {
    raw.network = transport.text("type");
    raw.earlyDataInPath = false;
    raw.hosts.addAll(transport.texts("host"));
    V2RayStream.addHeaders(raw, transport.headers("headers"));
    String path = transport.text("path");
    if (!path.isEmpty()) {
      raw.paths.add(path);
    }
    switch (raw.network) {
      case "ws" -> {
        int max = transport.number("max_early_data", EarlyData.MAX_BYTES);
        if (max > 0) {
          raw.earlyData = new EarlyData(max, transport.text("early_data_header_name"));
        }
      }
      case "http" -> {
        boolean plain = raw.tls.isEmpty();
        raw.network = plain ? "tcp" : "h2";
        raw.type = plain ? "http" : "";
      }
      case "grpc" -> {
        raw.paths.clear();
        raw.paths.add(transport.text("service_name"));
      }
      default -> {
        // Plain TCP, an upgrade, or what the check refuses.
      }
    }
  }
}
