package io.vmessproxy.client.link;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** A node as an outbound of V2Ray and Xray: {@code settings.vnext} and {@code streamSettings}. */
final class OutboundExport {
  private OutboundExport() {}

  static JsonObject json(Node node, String tag) {
    JsonObject user = new JsonObject();
    user.addProperty("id", node.uuid());
    user.addProperty("alterId", node.alterId());
    user.addProperty("security", node.cipher());
    JsonObject server = new JsonObject();
    server.addProperty("address", node.server());
    server.addProperty("port", node.port());
    server.add("users", one(user));
    JsonObject settings = new JsonObject();
    settings.add("vnext", one(server));
    JsonObject outbound = new JsonObject();
    outbound.addProperty("tag", tag);
    outbound.addProperty("protocol", "vmess");
    outbound.add("settings", settings);
    outbound.add("streamSettings", stream(node));
    if (node.mux() > 0) {
      JsonObject mux = new JsonObject();
      mux.addProperty("enabled", true);
      mux.addProperty("concurrency", node.mux());
      outbound.add("mux", mux);
    }
    return outbound;
  }

  /** What an outbound cannot tell. */
  static List<String> lossy(Node node) {
    List<String> lossy = new ArrayList<>();
    if (node.packetEncoding() != null) {
      lossy.add("packetEncoding");
    }
    Node.Tls tls = node.tls();
    if (tls != null && !tls.publicKeySha256().isEmpty()) {
      lossy.add("publicKeySha256");
    }
    if (!node.extras().isEmpty()) {
      lossy.add("extras");
    }
    return lossy;
  }

  private static JsonArray one(JsonObject object) {
    JsonArray array = new JsonArray();
    array.add(object);
    return array;
  }

  private static JsonObject stream(Node node) {
    Node.Transport transport = node.transport();
    JsonObject stream = new JsonObject();
    switch (transport.kind()) {
      case "http-header" -> add(stream, "tcp", "tcpSettings", httpHeader(transport));
      case "ws" -> add(stream, "ws", "wsSettings", webSocket(transport));
      case "httpupgrade" -> add(stream, "httpupgrade", "httpupgradeSettings", upgrade(transport));
      case "h2" -> add(stream, "http", "httpSettings", http2(transport));
      case "grpc" -> add(stream, "grpc", "grpcSettings", grpc(transport));
      case "kcp" -> add(stream, "kcp", "kcpSettings", kcp(transport));
      case "xhttp" -> add(stream, "xhttp", "xhttpSettings", xhttp(node));
      default -> stream.addProperty("network", transport.kind());
    }
    Node.Tls tls = node.tls();
    if (tls != null) {
      stream.addProperty("security", "tls");
      stream.add("tlsSettings", tls(tls));
    }
    return stream;
  }

  private static void add(JsonObject stream, String network, String name, JsonObject settings) {
    stream.addProperty("network", network);
    stream.add(name, settings);
  }

  private static JsonObject httpHeader(Node.Transport transport) {
    JsonObject headers = headers(transport);
    if (!transport.hosts().isEmpty()) {
      headers.add("Host", NodeJson.array(transport.hosts()));
    }
    JsonObject request = new JsonObject();
    request.add("path", NodeJson.array(transport.paths()));
    if (headers.size() > 0) {
      request.add("headers", headers);
    }
    JsonObject header = new JsonObject();
    header.addProperty("type", "http");
    header.add("request", request);
    JsonObject settings = new JsonObject();
    settings.add("header", header);
    return settings;
  }

  private static JsonObject headers(Node.Transport transport) {
    JsonObject headers = new JsonObject();
    transport.headers().forEach((name, values) -> headers.add(name, NodeJson.array(values)));
    return headers;
  }

  /** Here a header has one value. */
  private static JsonObject singleHeaders(Node.Transport transport) {
    JsonObject headers = new JsonObject();
    transport.headers().forEach((name, values) -> headers.addProperty(name, values.get(0)));
    return headers;
  }

  private static JsonObject webSocket(Node.Transport transport) {
    JsonObject settings = new JsonObject();
    settings.addProperty("path", transport.paths().get(0));
    JsonObject headers = singleHeaders(transport);
    if (!transport.hosts().isEmpty()) {
      headers.addProperty("Host", transport.hosts().get(0));
    }
    settings.add("headers", headers);
    EarlyData earlyData = transport.earlyData();
    if (earlyData != null) {
      settings.addProperty("maxEarlyData", earlyData.maxBytes());
      settings.addProperty("earlyDataHeaderName", earlyData.header());
    }
    return settings;
  }

  private static JsonObject upgrade(Node.Transport transport) {
    JsonObject settings = new JsonObject();
    settings.addProperty("path", transport.paths().get(0));
    if (!transport.hosts().isEmpty()) {
      settings.addProperty("host", transport.hosts().get(0));
    }
    settings.add("headers", singleHeaders(transport));
    return settings;
  }

  private static JsonObject http2(Node.Transport transport) {
    JsonObject settings = new JsonObject();
    settings.addProperty("path", transport.paths().get(0));
    if (!transport.hosts().isEmpty()) {
      settings.add("host", NodeJson.array(transport.hosts()));
    }
    if (!transport.headers().isEmpty()) {
      settings.add("headers", headers(transport));
    }
    return settings;
  }

  private static JsonObject grpc(Node.Transport transport) {
    JsonObject settings = new JsonObject();
    Node.Grpc grpc = transport.grpc();
    if (grpc != null) {
      settings.addProperty("serviceName", grpc.serviceName());
      settings.addProperty("multiMode", grpc.multi());
      if (grpc.authority() != null) {
        settings.addProperty("authority", grpc.authority());
      }
    }
    return settings;
  }

  private static JsonObject kcp(Node.Transport transport) {
    JsonObject settings = new JsonObject();
    Node.Kcp kcp = transport.kcp();
    if (kcp != null) {
      JsonObject header = new JsonObject();
      header.addProperty("type", kcp.header());
      settings.add("header", header);
      if (kcp.seed() != null) {
        settings.addProperty("seed", kcp.seed());
      }
    }
    return settings;
  }

  private static JsonObject xhttp(Node node) {
    Node.Transport transport = node.transport();
    JsonObject settings = new JsonObject();
    settings.addProperty("path", transport.paths().get(0));
    if (!transport.hosts().isEmpty()) {
      settings.addProperty("host", transport.hosts().get(0));
    }
    if (node.extras().containsKey(RawNode.XHTTP_MODE)) {
      settings.addProperty("mode", V2raynExport.xhttpMode(node));
    }
    return settings;
  }

  /** V2Ray takes no name from a Host header, so one that comes from there is written. */
  private static JsonObject tls(Node.Tls tls) {
    JsonObject settings = new JsonObject();
    if (!tls.sniSource().equals("address")) {
      settings.addProperty("serverName", tls.sni());
    }
    if (!tls.alpn().isEmpty()) {
      settings.add("alpn", NodeJson.array(tls.alpn()));
    }
    if (tls.insecure()) {
      settings.addProperty("allowInsecure", true);
    }
    if (tls.fingerprint() != null) {
      settings.addProperty("fingerprint", tls.fingerprint());
    }
    if (!tls.chainSha256().isEmpty()) {
      settings.add(
          "pinnedPeerCertificateChainSha256",
          NodeJson.array(tls.chainSha256().stream().map(OutboundExport::base64).toList()));
    }
    if (!tls.certificateSha256().isEmpty()) {
      settings.addProperty("pinnedPeerCertSha256", String.join(",", tls.certificateSha256()));
    }
    if (!tls.verifyNames().isEmpty()) {
      settings.addProperty("verifyPeerCertByName", String.join(",", tls.verifyNames()));
    }
    return settings;
  }

  private static String base64(String hex) {
    return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
  }
}
