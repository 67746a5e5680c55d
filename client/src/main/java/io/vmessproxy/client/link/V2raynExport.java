package io.vmessproxy.client.link;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Writes what {@link V2raynLink} reads. All values are strings and none is left out, for some
 * readers drop a node otherwise.
 */
final class V2raynExport {
  private V2raynExport() {}

  static String link(Node node) {
    byte[] json = JsonText.of(json(node)).getBytes(StandardCharsets.UTF_8);
    return "vmess://" + Base64.getEncoder().encodeToString(json);
  }

  static JsonObject json(Node node) {
    JsonObject json = new JsonObject();
    Node.Transport transport = node.transport();
    json.addProperty("v", "2");
    json.addProperty("ps", node.name());
    json.addProperty("add", node.server());
    json.addProperty("port", String.valueOf(node.port()));
    json.addProperty("id", node.uuid());
    json.addProperty("aid", String.valueOf(node.alterId()));
    json.addProperty("scy", node.cipher());
    json.addProperty("net", transport.kind().equals("http-header") ? "tcp" : transport.kind());
    json.addProperty("type", type(node));
    json.addProperty("host", host(transport));
    json.addProperty("path", LinkPath.of(transport));
    addTls(json, node.tls());
    node.extras().forEach((key, value) -> addExtra(json, node, key, value));
    return json;
  }

  private static String type(Node node) {
    Node.Transport transport = node.transport();
    Node.Grpc grpc = transport.grpc();
    Node.Kcp kcp = transport.kcp();
    if (grpc != null) {
      return grpc.multi() ? "multi" : "gun";
    }
    if (kcp != null) {
      return kcp.header();
    }
    return switch (transport.kind()) {
      case "http-header" -> "http";
      case "xhttp" -> xhttpMode(node);
      default -> "none";
    };
  }

  /** The mode of xhttp, which has no field of its own. */
  static String xhttpMode(Node node) {
    String mode = node.extras().get(RawNode.XHTTP_MODE);
    return mode == null ? "none" : LinkJson.text(JsonText.element(mode));
  }

  private static String host(Node.Transport transport) {
    Node.Grpc grpc = transport.grpc();
    if (grpc != null) {
      return grpc.authority() == null ? "" : grpc.authority();
    }
    return String.join(",", transport.hosts());
  }

  private static void addTls(JsonObject json, Node.@Nullable Tls tls) {
    boolean explicit = tls != null && tls.sniSource().equals("explicit");
    json.addProperty("tls", tls == null ? "" : "tls");
    json.addProperty("sni", explicit ? tls.sni() : "");
    json.addProperty("alpn", tls == null ? "" : String.join(",", tls.alpn()));
    json.addProperty("fp", tls == null || tls.fingerprint() == null ? "" : tls.fingerprint());
    json.addProperty("insecure", tls != null && tls.insecure() ? "1" : "0");
    if (tls != null && !tls.verifyNames().isEmpty()) {
      json.addProperty("vcn", String.join(",", tls.verifyNames()));
    }
    if (tls != null && !tls.certificateSha256().isEmpty()) {
      json.addProperty("pcs", String.join(",", tls.certificateSha256()));
    }
  }

  private static void addExtra(JsonObject json, Node node, String key, String value) {
    boolean isMode = key.equals(RawNode.XHTTP_MODE) && node.transport().kind().equals("xhttp");
    if (!isMode && !json.has(key)) {
      json.add(key, JsonText.element(value));
    }
  }
}
