package io.vmessproxy.client.link;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;

/**
 * An outbound of V2Ray or Xray with {@code "protocol":"vmess"} in a subscription: a node for each
 * server and user. The user's own file is read by {@link OutboundJson}, which is strict.
 */
final class V2RayOutbound {
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("add", "address"),
          Map.entry("aid", "alterId"),
          Map.entry("scy", "security"),
          Map.entry("net", "streamSettings.network"),
          Map.entry("type", "streamSettings.tcpSettings.header.type"),
          Map.entry("host", "streamSettings.headers.Host"),
          Map.entry("path", "streamSettings.wsSettings.earlyDataHeaderName"),
          Map.entry("tls", "streamSettings.security"),
          Map.entry("sni", "streamSettings.tlsSettings.serverName"),
          Map.entry("vcn", "streamSettings.tlsSettings.verifyPeerCertByName"),
          Map.entry("pcs", "streamSettings.tlsSettings.pinnedPeerCertificateChainSha256"));

  private static final Fields NOTHING = Fields.tolerant(new JsonObject());

  private final BodyNodes nodes;
  private final Fields outbound;
  private final String name;

  private V2RayOutbound(BodyNodes nodes, Fields outbound, String name) {
    this.nodes = nodes;
    this.outbound = outbound;
    this.name = name;
  }

  /**
   * Reads and checks it.
   *
   * @param remarks the name of the configuration; empty: it has none
   */
  static void add(BodyNodes nodes, String where, Fields outbound, String remarks) {
    String name = remarks.isEmpty() ? outbound.text("tag") : remarks;
    new V2RayOutbound(nodes, outbound, name).add(where, outbound.child("settings"));
  }

  private void add(String where, Fields settings) {
    if (!settings.has("vnext")) {
      add(where, settings, settings);
      return;
    }
    List<Fields> servers = settings.children("vnext");
    for (int i = 0; i < servers.size(); i++) {
      String at = "%s.settings.vnext[%d]".formatted(where, i);
      List<Fields> users = servers.get(i).children("users");
      for (int j = 0; j < users.size(); j++) {
        add(at + ".users[" + j + "]", servers.get(i), users.get(j));
      }
      if (users.isEmpty()) {
        add(at, servers.get(i), NOTHING);
      }
    }
    if (servers.isEmpty()) {
      add(where + ".settings.vnext", NOTHING, NOTHING);
    }
  }

  private void add(String where, Fields server, Fields user) {
    try {
      nodes.add(where, read(server, user), NAMES);
    } catch (LinkException e) {
      nodes.addError(where, e);
    }
  }

  private RawNode read(Fields server, Fields user) {
    RawNode raw = new RawNode();
    raw.name = name;
    raw.server = server.text("address");
    raw.port = server.text("port");
    raw.id = user.text("id", "uuid");
    raw.alterId = user.text("alterId");
    raw.cipher = user.text("security");
    V2RayStream.read(outbound.child("streamSettings"), raw);
    if (!outbound.child("proxySettings").text("tag").isEmpty()) {
      raw.refused.add("proxySettings");
    }
    raw.mux = OutboundJson.mux(outbound.child("mux"));
    return raw;
  }
}
