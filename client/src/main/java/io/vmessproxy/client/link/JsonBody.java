package io.vmessproxy.client.link;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import java.util.Set;

/**
 * Configurations of sing-box, V2Ray and Xray, whole or an outbound of them, or an array of those.
 */
final class JsonBody {
  private static final String[] LISTS = {"outbounds", "outbound", "outboundDetour"};
  // Outbounds that lead to no server.
  private static final Set<String> NO_SERVER =
      Set.of(
          "direct",
          "block",
          "dns",
          "selector",
          "urltest",
          "freedom",
          "blackhole",
          "loopback",
          "fragment");

  private final BodyNodes nodes = new BodyNodes();
  private boolean known;

  private JsonBody() {}

  static Subscription.Content read(String text) {
    JsonElement root;
    try {
      root = JsonTree.readStrangers(text);
    } catch (SettingsException e) {
      throw new LinkException("UNKNOWN_FORMAT", null, String.valueOf(e.getMessage()));
    }
    if (root instanceof JsonObject clash && ClashBody.matches(clash)) {
      return ClashBody.read(clash);
    }
    JsonBody body = new JsonBody();
    if (root instanceof JsonArray configurations) {
      body.configurations(configurations);
    } else if (root instanceof JsonObject configuration) {
      body.configuration("", configuration);
    }
    if (!body.known) {
      throw new LinkException(
          "UNKNOWN_FORMAT",
          null,
          "JSON without servers%s (expected: outbounds)".formatted(message(root)));
    }
    return body.nodes.content();
  }

  /** A panel's own words, if that is what came. */
  private static String message(JsonElement root) {
    if (!(root instanceof JsonObject object)) {
      return "";
    }
    try {
      String message = Fields.tolerant(object).text("message", "msg", "error");
      return message.isEmpty() ? "" : ", but \"" + Masked.plain(DisplayName.of(message)) + '"';
    } catch (LinkException e) {
      return ""; // As long as that it is no sentence.
    }
  }

  private void configurations(JsonArray configurations) {
    for (int i = 0; i < configurations.size(); i++) {
      if (configurations.get(i) instanceof JsonObject configuration) {
        configuration("[" + i + "]", configuration);
      }
    }
  }

  private void configuration(String path, JsonObject configuration) {
    boolean whole = false;
    for (String name : LISTS) {
      JsonElement list = configuration.get(name);
      String at = path.isEmpty() ? name : path + "." + name;
      if (list instanceof JsonArray outbounds) {
        whole = true;
        for (int i = 0; i < outbounds.size(); i++) {
          if (outbounds.get(i) instanceof JsonObject outbound) {
            outbound(at + "[" + i + "]", outbound, configuration);
          }
        }
      } else if (list instanceof JsonObject outbound) {
        whole = true;
        outbound(at, outbound, configuration);
      }
    }
    if (!whole && (configuration.has("protocol") || configuration.has("type"))) {
      outbound(path.isEmpty() ? "outbound" : path, configuration, configuration);
    }
    known |= whole;
  }

  private void outbound(String where, JsonObject outbound, JsonObject configuration) {
    Fields fields = Fields.tolerant(outbound);
    try {
      String protocol = fields.text("protocol", "type");
      if (!protocol.equalsIgnoreCase("vmess")) {
        if (!protocol.isEmpty() && !NO_SERVER.contains(protocol)) {
          nodes.addOther();
        }
        return;
      }
      known = true;
      if (fields.has("protocol")) {
        V2RayOutbound.add(nodes, where, fields, Fields.tolerant(configuration).text("remarks"));
      } else {
        new SingBoxOutbound(fields).addTo(nodes, where);
      }
    } catch (LinkException e) {
      nodes.addError(where, e);
    }
  }
}
