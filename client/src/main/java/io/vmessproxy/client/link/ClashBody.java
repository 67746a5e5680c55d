package io.vmessproxy.client.link;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Set;

/** The {@code proxies} of a Clash or mihomo configuration. */
final class ClashBody {
  private static final Set<String> WANTED = Set.of("proxies", "Proxy", "proxy-providers");
  // Entries that lead to no server.
  private static final Set<String> NO_SERVER = Set.of("direct", "dns", "reject", "pass");

  private ClashBody() {}

  /** From YAML. */
  static Subscription.Content read(String text) {
    return read(YamlTree.read(text, WANTED));
  }

  /** Whether it is such a configuration. */
  static boolean matches(JsonObject root) {
    return WANTED.stream().anyMatch(root::has);
  }

  static Subscription.Content read(JsonObject root) {
    BodyNodes nodes = new BodyNodes();
    if (root.has("proxy-providers")) {
      nodes.addHint(
          "proxy-providers: the servers behind other addresses are not fetched; give those"
              + " addresses themselves");
    }
    String name = root.has("proxies") ? "proxies" : "Proxy";
    if (root.get(name) instanceof JsonArray proxies) {
      for (int i = 0; i < proxies.size(); i++) {
        if (proxies.get(i) instanceof JsonObject proxy) {
          add(nodes, name + "[" + i + "]", Fields.tolerant(proxy));
        }
      }
    }
    return nodes.content();
  }

  private static void add(BodyNodes nodes, String where, Fields proxy) {
    try {
      String type = proxy.text("type");
      if (type.equals("vmess")) {
        new ClashProxy(proxy).addTo(nodes, where);
      } else if (!NO_SERVER.contains(type)) {
        nodes.addOther();
      }
    } catch (LinkException e) {
      nodes.addError(where, e);
    }
  }
}
