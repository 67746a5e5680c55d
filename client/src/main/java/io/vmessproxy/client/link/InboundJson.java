package io.vmessproxy.client.link;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.vmessproxy.client.settings.AccountText;
import io.vmessproxy.client.settings.InboundSettings.Defaults;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.common.vmess.inbound.InboundUser;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings object of a VMess inbound: {@code {"clients":[...],...}}; or the inbound around it,
 * or a whole configuration, of which the VMess inbounds are taken.
 *
 * <p>Source: V2Ray's documentation of the VMess protocol, "InboundConfigurationObject"; Xray's
 * {@code users} for {@code clients}.
 */
public final class InboundJson {
  private static final Logger LOG = LoggerFactory.getLogger(InboundJson.class);
  private static final String EXPECTED = "{\"clients\":[...]}, or an inbound with it";
  private static final Set<String> SETTINGS =
      Set.of("clients", "users", "default", "detour", "disableInsecureEncryption");
  private static final Set<String> CLIENT = Set.of("id", "alterId", "level", "email");

  private final Consumer<String> warnings;
  private final UnknownNames unknown;

  private InboundJson(Consumer<String> warnings) {
    this.warnings = warnings;
    this.unknown = new UnknownNames(warnings);
  }

  /**
   * Reads inbounds; names it does not know are logged as warnings.
   *
   * @param jsonOrFile JSON if it begins with <code>{</code> or {@code [}, else a file's name
   * @return one part without an address, or at least one with
   * @throws SettingsException if there is no such file, or what is in it is wrong; the message
   *     begins with the JSON path and holds no whole id
   */
  public static List<InboundPart> read(String jsonOrFile) {
    return read(jsonOrFile, LOG::warn);
  }

  static List<InboundPart> read(String jsonOrFile, Consumer<String> warnings) {
    return JsonOrFile.read(jsonOrFile, root -> new InboundJson(warnings).parts(root));
  }

  private List<InboundPart> parts(JsonElement root) {
    List<InboundPart> parts;
    if (root instanceof JsonArray elements) {
      parts = vmessOf("", elements);
    } else if (root instanceof JsonObject object && object.has("inbounds")) {
      // The rest of a configuration is not for this program, and no mistake.
      parts = vmessOf("inbounds", JsonValues.array("inbounds", object.get("inbounds"), "list"));
    } else if (root instanceof JsonObject object && isInbound(object)) {
      parts = List.of(inbound("", object));
    } else if (root instanceof JsonObject object) {
      if (SETTINGS.stream().noneMatch(object::has)) {
        throw new SettingsException("clients: missing (expected: " + EXPECTED + ")");
      }
      parts = List.of(settings("", object, null));
    } else {
      throw new SettingsException(
          "JSON: " + JsonValues.shown(root) + " (expected: " + EXPECTED + ")");
    }
    unknown.sum();
    return parts;
  }

  private static boolean isInbound(JsonObject object) {
    return object.has("protocol") || object.has("port") || object.has("settings");
  }

  private List<InboundPart> vmessOf(String path, JsonArray elements) {
    List<InboundPart> parts = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      String at = path + "[" + i + "]";
      JsonObject object = JsonValues.object(at, elements.get(i));
      if (ListenFields.isVmess(at, object)) {
        parts.add(inbound(at, object));
      } else {
        warnings.accept(at + ": not a vmess inbound, ignored");
      }
    }
    if (parts.isEmpty()) {
      throw new SettingsException(
          (path.isEmpty() ? "JSON" : path) + ": no vmess inbound (expected: at least one)");
    }
    return parts;
  }

  private InboundPart inbound(String path, JsonObject object) {
    ListenFields listen = new ListenFields(path, object, unknown);
    String at = JsonTree.member(path, "settings");
    JsonObject settings =
        object.has("settings") ? JsonValues.object(at, object.get("settings")) : new JsonObject();
    return settings(at, settings, listen);
  }

  private InboundPart settings(String path, JsonObject object, @Nullable ListenFields listen) {
    unknown.report(path, object, SETTINGS);
    StreamJson stream = listen == null ? null : listen.stream();
    return new InboundPart(
        listen == null ? null : listen.listen(),
        users(path, object),
        object.has("default") ? defaults(path, object) : null,
        object.has("detour") ? detour(path, object) : null,
        listen == null ? null : listen.allocation(),
        object.has("disableInsecureEncryption")
            ? JsonValues.bool(
                JsonTree.member(path, "disableInsecureEncryption"),
                object.get("disableInsecureEncryption"))
            : null,
        stream == null ? null : stream.transport(),
        stream == null ? null : stream.inboundTls());
  }

  private List<InboundUser> users(String path, JsonObject object) {
    String name = object.has("users") ? "users" : "clients";
    if (!object.has(name)) {
      return List.of();
    }
    String at = JsonTree.member(path, name);
    if (object.has("users") && object.has("clients")) {
      throw new SettingsException(at + ": given beside clients (expected: one of them)");
    }
    JsonArray clients = JsonValues.array(at, object.get(name), "list of accounts");
    List<InboundUser> users = new ArrayList<>();
    for (int i = 0; i < clients.size(); i++) {
      String path2 = at + "[" + i + "]";
      users.add(user(path2, JsonValues.object(path2, clients.get(i))));
    }
    return users;
  }

  private InboundUser user(String path, JsonObject client) {
    unknown.report(path, client, CLIENT);
    AccountFields fields = new AccountFields(path, client);
    return new InboundUser(
        fields.id(warnings),
        fields.alterId(AccountText.DEFAULT_ALTER_ID),
        fields.level(),
        fields.email());
  }

  private Defaults defaults(String path, JsonObject object) {
    String at = JsonTree.member(path, "default");
    JsonObject defaults = JsonValues.object(at, object.get("default"));
    unknown.report(at, defaults, Set.of("level", "alterId"));
    AccountFields fields = new AccountFields(at, defaults);
    return new Defaults(fields.level(), fields.alterId(Defaults.STANDARD.alterId()));
  }

  private String detour(String path, JsonObject object) {
    String at = JsonTree.member(path, "detour");
    JsonObject detour = JsonValues.object(at, object.get("detour"));
    unknown.report(at, detour, Set.of("to"));
    return JsonValues.string(
        JsonTree.member(at, "to"), JsonValues.require(at, detour, "to"), "tag of an inbound");
  }
}
