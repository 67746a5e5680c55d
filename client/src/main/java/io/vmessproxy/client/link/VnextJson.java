package io.vmessproxy.client.link;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.SettingsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings object of a VMess outbound: {@code {"vnext":[...]}}, its array, or one element; or
 * the outbound around it, an array of those, or a whole configuration, of which the VMess outbounds
 * are taken.
 *
 * <p>Source: V2Ray's documentation of the VMess protocol, "OutboundConfigurationObject". A server's
 * tag is its outbound's, else {@code HOST:PORT}.
 */
public final class VnextJson {
  private static final Logger LOG = LoggerFactory.getLogger(VnextJson.class);

  private final UnknownNames unknown;
  private final VnextFields vnext;
  private final OutboundJson outbounds;

  private VnextJson(Consumer<String> warnings, Consumer<String> notes) {
    this.unknown = new UnknownNames(warnings);
    this.vnext = new VnextFields(warnings, unknown);
    this.outbounds = new OutboundJson(vnext, unknown, notes);
  }

  /**
   * Reads servers; names it does not know are logged as warnings.
   *
   * @param jsonOrFile JSON if it begins with <code>{</code> or {@code [}, else a file's name
   * @return at least one server
   * @throws SettingsException if there is no such file, or what is in it is wrong; the message
   *     begins with the JSON path and holds no whole id
   */
  public static List<Server> read(String jsonOrFile) {
    return read(jsonOrFile, LOG::warn, LOG::info);
  }

  static List<Server> read(String jsonOrFile, Consumer<String> warnings, Consumer<String> notes) {
    return JsonOrFile.read(jsonOrFile, root -> new VnextJson(warnings, notes).servers(root));
  }

  private List<Server> servers(JsonElement root) {
    List<Server> servers;
    if (root instanceof JsonArray elements) {
      servers = array(elements);
    } else if (root instanceof JsonObject object) {
      servers = object(object);
    } else {
      throw new SettingsException(
          "JSON: "
              + JsonValues.shown(root)
              + " (expected: {\"vnext\":[...]}, its array, or one element)");
    }
    unknown.sum();
    return List.copyOf(servers);
  }

  /** An array of servers, or of outbounds: the first element tells. */
  private List<Server> array(JsonArray elements) {
    JsonValues.requireSome("JSON", elements, "server");
    return elements.get(0) instanceof JsonObject first && OutboundJson.isOutbound(first)
        ? outbounds.vmessOf("", elements)
        : vnext.servers("", elements);
  }

  private List<Server> object(JsonObject object) {
    if (object.has("vnext")) {
      unknown.report("", object, Set.of("vnext"));
      return vnext.servers(
          "vnext", JsonValues.array("vnext", object.get("vnext"), "list of servers"));
    }
    if (OutboundJson.isConfiguration(object)) {
      return outbounds.configuration(object);
    }
    if (OutboundJson.isOutbound(object)) {
      return outbounds.outbound("", object);
    }
    if (!VnextFields.isServer(object)) {
      throw new SettingsException(
          "vnext: missing (expected: {\"vnext\":[{\"address\":...,\"port\":...,\"users\":[...]}]})");
    }
    List<Server> one = new ArrayList<>();
    one.add(vnext.server("", object));
    return one;
  }
}
