package io.vmessproxy.client.link;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node as JSON for programs: the fields of share-links.md's node model. Shows the id. */
final class NodeJson {
  private NodeJson() {}

  static JsonObject of(Node node) {
    JsonObject json = new JsonObject();
    json.addProperty("name", node.name());
    json.addProperty("server", node.server());
    json.addProperty("port", node.port());
    json.addProperty("uuid", node.uuid());
    json.addProperty("alterId", node.alterId());
    json.addProperty("cipher", node.cipher());
    addTransport(json, node.transport());
    Node.Tls tls = node.tls();
    json.add("tls", tls == null ? JsonNull.INSTANCE : tls(tls));
    json.addProperty("packetEncoding", node.packetEncoding());
    json.addProperty("mux", node.mux());
    JsonObject extras = new JsonObject();
    node.extras().forEach((key, value) -> extras.add(key, JsonText.element(value)));
    json.add("extras", extras);
    return json;
  }

  private static void addTransport(JsonObject json, Node.Transport transport) {
    json.addProperty("transport", transport.kind());
    Node.Grpc grpc = transport.grpc();
    Node.Kcp kcp = transport.kcp();
    if (grpc != null) {
      json.add("grpc", grpc(grpc));
    }
    if (kcp != null) {
      json.add("kcp", kcp(kcp));
    }
    if (!transport.paths().isEmpty()) {
      json.add("host", array(transport.hosts()));
      if (transport.kind().equals("http-header")) {
        json.add("pathList", array(transport.paths()));
      } else {
        json.addProperty("path", transport.paths().get(0));
      }
    }
    if (transport.kind().equals("ws")) {
      json.add("earlyData", earlyData(transport.earlyData()));
    }
    if (!transport.headers().isEmpty()) {
      JsonObject headers = new JsonObject();
      transport.headers().forEach((name, values) -> headers.add(name, array(values)));
      json.add("headers", headers);
    }
  }

  private static JsonObject grpc(Node.Grpc grpc) {
    JsonObject json = new JsonObject();
    json.addProperty("serviceName", grpc.serviceName());
    json.addProperty("mode", grpc.multi() ? "multi" : "gun");
    json.addProperty("authority", grpc.authority() == null ? "" : grpc.authority());
    return json;
  }

  private static JsonObject kcp(Node.Kcp kcp) {
    JsonObject json = new JsonObject();
    json.addProperty("header", kcp.header());
    json.addProperty("seed", kcp.seed());
    return json;
  }

  private static JsonElement earlyData(@Nullable EarlyData earlyData) {
    if (earlyData == null) {
      return JsonNull.INSTANCE;
    }
    JsonObject json = new JsonObject();
    json.addProperty("max", earlyData.maxBytes());
    json.addProperty("header", earlyData.header());
    return json;
  }

  private static JsonObject tls(Node.Tls tls) {
    JsonObject json = new JsonObject();
    json.addProperty("sni", tls.sni());
    json.addProperty("sniSource", tls.sniSource());
    json.add("alpn", array(tls.alpn()));
    json.addProperty("insecure", tls.insecure());
    json.addProperty("fingerprint", tls.fingerprint());
    addSome(json, "certSha256", tls.certificateSha256());
    addSome(json, "chainSha256", tls.chainSha256());
    addSome(json, "publicKeySha256", tls.publicKeySha256());
    addSome(json, "verifyNames", tls.verifyNames());
    return json;
  }

  private static void addSome(JsonObject json, String name, List<String> values) {
    if (!values.isEmpty()) {
      json.add(name, array(values));
    }
  }

  static JsonArray array(List<String> values) {
    JsonArray array = new JsonArray();
    values.forEach(array::add);
    return array;
  }
}
