package io.vmessproxy.client.link;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Nodes as others read them. All of it shows the id: for the user's own eyes, never for a log. */
public final class Exports {
  private Exports() {}

  /**
   * A node, written.
   *
   * @param lossy the fields that this form cannot tell: {@code packetEncoding}...
   */
  public record Export(String text, List<String> lossy) {
    public Export {
      lossy = List.copyOf(lossy);
    }
  }

  /** The link that nearly every client reads: base64 of v2rayN's JSON. */
  public static Export link(Node node) {
    return new Export(V2raynExport.link(node), lossyInLinks(node));
  }

  /**
   * The link that is a URI.
   *
   * @throws LinkException {@code UNSUPPORTED_OPTION} if the node has an alterId, which it cannot
   *     tell
   */
  public static Export uri(Node node) {
    List<String> lossy = new ArrayList<>(lossyInLinks(node));
    lossy.remove("packetEncoding");
    if (!node.extras().keySet().stream().allMatch(key -> UriExport.canTell(node, key))) {
      lossy.add("extras");
    }
    return new Export(UriExport.uri(node), lossy);
  }

  /** All nodes as a JSON array of objects, the fields as share-links.md's node model has them. */
  public static String json(List<Node> nodes) {
    JsonArray array = new JsonArray();
    nodes.forEach(node -> array.add(NodeJson.of(node)));
    return JsonText.pretty(array);
  }

  /** All nodes as the outbounds of a V2Ray configuration, which takes each tag once. */
  public static Export vnext(List<Node> nodes) {
    JsonArray outbounds = new JsonArray();
    Set<String> lossy = new LinkedHashSet<>();
    Set<String> tags = new HashSet<>();
    for (Node node : nodes) {
      String tag = node.name();
      for (int i = 2; !tags.add(tag); i++) {
        tag = node.name() + " " + i;
      }
      outbounds.add(OutboundExport.json(node, tag));
      lossy.addAll(OutboundExport.lossy(node));
    }
    JsonObject json = new JsonObject();
    json.add("outbounds", outbounds);
    return new Export(JsonText.pretty(json), List.copyOf(lossy));
  }

  private static List<String> lossyInLinks(Node node) {
    List<String> lossy = new ArrayList<>();
    if (node.packetEncoding() != null) {
      lossy.add("packetEncoding");
    }
    if (node.mux() > 0) {
      lossy.add("mux");
    }
    Node.Transport transport = node.transport();
    if (!transport.headers().isEmpty()) {
      lossy.add("headers");
    }
    if (!LinkPath.tellsEarlyData(transport)) {
      lossy.add("earlyData");
    }
    if (!LinkPath.comesBack(transport)) {
      lossy.add("path");
    }
    Node.Tls tls = node.tls();
    if (tls != null && !tls.chainSha256().isEmpty()) {
      lossy.add("chainSha256");
    }
    if (tls != null && !tls.publicKeySha256().isEmpty()) {
      lossy.add("publicKeySha256");
    }
    return lossy;
  }
}
