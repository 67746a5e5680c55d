package io.vmessproxy.client.link;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.transport.StreamSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * V2Ray's outbounds in the user's own file: what stands around the settings of a VMess outbound.
 *
 * <p>Source: V2Ray's documentation, "OutboundObject" and "MuxObject".
 */
final class OutboundJson {
  private static final Set<String> OUTBOUND =
      Set.of("protocol", "settings", "streamSettings", "mux", "tag", "proxySettings");
  // V2Ray's own.
  private static final int DEFAULT_CONCURRENCY = 8;
  private static final int MAX_NAMED = 10;

  private final VnextFields vnext;
  private final UnknownNames unknown;
  private final Consumer<String> notes;
  private final UniqueNames tags = new UniqueNames();

  /**
   * @param notes told what is left aside
   */
  OutboundJson(VnextFields vnext, UnknownNames unknown, Consumer<String> notes) {
    this.vnext = vnext;
    this.unknown = unknown;
    this.notes = notes;
  }

  /** Whether it is a whole configuration. */
  static boolean isConfiguration(JsonObject object) {
    return object.has("outbounds") || object.has("outbound") || object.has("outboundDetour");
  }

  /** Whether it is an outbound, and not what stands in its settings. */
  static boolean isOutbound(JsonObject object) {
    return object.has("protocol") || object.has("settings") || object.has("streamSettings");
  }

  /** The servers of a whole configuration; what else it says is not for this program. */
  List<Server> configuration(JsonObject object) {
    JsonArray all = new JsonArray();
    List<String> paths = new ArrayList<>();
    if (object.has("outbound")) {
      all.add(object.get("outbound"));
      paths.add("outbound");
    }
    for (String name : new String[] {"outbounds", "outboundDetour"}) {
      if (object.has(name)) {
        JsonArray outbounds = JsonValues.array(name, object.get(name), "list of outbounds");
        for (int i = 0; i < outbounds.size(); i++) {
          all.add(outbounds.get(i));
          paths.add(name + "[" + i + "]");
        }
      }
    }
    return vmessOf("outbounds", all, paths);
  }

  /** The servers of the VMess outbounds of a list; the others are named. */
  List<Server> vmessOf(String path, JsonArray outbounds) {
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < outbounds.size(); i++) {
      paths.add(path + "[" + i + "]");
    }
    return vmessOf(path.isEmpty() ? "JSON" : path, outbounds, paths);
  }

  private List<Server> vmessOf(String where, JsonArray outbounds, List<String> paths) {
    List<Server> servers = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (int i = 0; i < outbounds.size(); i++) {
      JsonObject outbound = JsonValues.object(paths.get(i), outbounds.get(i));
      String protocol = protocol(paths.get(i), outbound);
      if (protocol.equalsIgnoreCase("vmess")) {
        servers.addAll(vmess(paths.get(i), outbound));
      } else {
        others.add(paths.get(i) + " " + Masked.plain(protocol));
      }
    }
    if (servers.isEmpty()) {
      throw new SettingsException(where + ": no vmess outbound (expected: at least one)");
    }
    if (!others.isEmpty()) {
      notes.accept(
          "not VMess, left aside: "
              + String.join(", ", others.subList(0, Math.min(MAX_NAMED, others.size())))
              + (others.size() > MAX_NAMED ? " and " + (others.size() - MAX_NAMED) + " more" : ""));
    }
    return servers;
  }

  /** The servers of one outbound, which must be VMess. */
  List<Server> outbound(String path, JsonObject outbound) {
    String protocol = protocol(path, outbound);
    if (!protocol.equalsIgnoreCase("vmess")) {
      throw new SettingsException(
          "%s: \"%s\" (expected: vmess)"
              .formatted(JsonTree.member(path, "protocol"), Masked.plain(protocol)));
    }
    return vmess(path, outbound);
  }

  private static String protocol(String path, JsonObject outbound) {
    JsonElement protocol = JsonValues.require(path, outbound, "protocol");
    return JsonValues.string(JsonTree.member(path, "protocol"), protocol, "protocol's name");
  }

  private List<Server> vmess(String path, JsonObject outbound) {
    Fields fields = Fields.strict(path, outbound, unknown);
    fields.report(OUTBOUND, Set.of("sendThrough", "targetStrategy"));
    if (!fields.child("proxySettings").text("tag").isEmpty()) {
      throw new SettingsException(
          fields.at("proxySettings")
              + ": an outbound through another is not supported"
              + " (expected: none)");
    }
    StreamSettings stream = new StreamJson(fields.child("streamSettings")).outbound();
    int mux = mux(fields.child("mux"));
    String tag = tag(fields);
    List<Server> servers = new ArrayList<>();
    for (Server server : settings(fields.at("settings"), path, outbound)) {
      String name = tag.isEmpty() ? server.tag() : tags.of(tag);
      servers.add(
          new Server(name, server.address(), server.users(), mux, server.udpMode(), stream));
    }
    return servers;
  }

  private List<Server> settings(String at, String path, JsonObject outbound) {
    JsonObject settings = JsonValues.object(at, JsonValues.require(path, outbound, "settings"));
    if (!settings.has("vnext") && settings.has("address")) {
      return List.of(vnext.flat(at, settings));
    }
    unknown.report(at, settings, Set.of("vnext"));
    String list = JsonTree.member(at, "vnext");
    return vnext.servers(
        list, JsonValues.array(list, JsonValues.require(at, settings, "vnext"), "list of servers"));
  }

  private static String tag(Fields fields) {
    return Masked.plain(DisplayName.of(fields.text("tag")));
  }

  /** How many streams share a connection; 0: each has its own. */
  static int mux(Fields mux) {
    mux.report(
        Set.of("enabled", "concurrency"),
        Set.of("xudpConcurrency", "xudpProxyUDP443", "packetEncoding"));
    // A negative one is Xray's word for a pool without TCP.
    if (!mux.flag("enabled") || mux.numeral("concurrency").startsWith("-")) {
      return 0;
    }
    int streams = mux.number("concurrency", Server.MAX_MUX);
    return streams == 0 ? DEFAULT_CONCURRENCY : streams;
  }
}
