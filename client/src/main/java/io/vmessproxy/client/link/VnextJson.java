package io.vmessproxy.client.link;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.AccountText;
import io.vmessproxy.client.settings.HostPort;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings object of a VMess outbound: {@code {"vnext":[...]}}, its array, or one element.
 *
 * <p>Source: V2Ray's documentation of the VMess protocol, "OutboundConfigurationObject". A server's
 * tag is {@code HOST:PORT}.
 */
public final class VnextJson {
  private static final Logger LOG = LoggerFactory.getLogger(VnextJson.class);
  private static final int MAX_WARNINGS = 20;
  private static final Set<String> SERVER = Set.of("address", "port", "users");
  private static final Set<String> USER = Set.of("id", "alterId", "security", "level");

  private int unknown;

  private final Consumer<String> warnings;

  private VnextJson(Consumer<String> warnings) {
    this.warnings = warnings;
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
    return read(jsonOrFile, LOG::warn);
  }

  static List<Server> read(String jsonOrFile, Consumer<String> warnings) {
    if (isJson(jsonOrFile)) {
      return new VnextJson(warnings).parse(jsonOrFile);
    }
    String text = SettingsFile.read(jsonOrFile);
    try {
      return new VnextJson(warnings).parse(text);
    } catch (SettingsException e) {
      throw new SettingsException(Masked.plain(jsonOrFile) + ": " + e.getMessage());
    }
  }

  private static boolean isJson(String text) {
    String begin = text.stripLeading();
    return begin.startsWith("{") || begin.startsWith("[");
  }

  private List<Server> parse(String text) {
    SettingsFile.checkSize("JSON", text.length());
    return servers(JsonTree.read(text));
  }

  private List<Server> servers(JsonElement root) {
    List<Server> servers = new ArrayList<>();
    if (root instanceof JsonArray elements) {
      addAll(servers, "", elements);
    } else if (root instanceof JsonObject object && object.has("vnext")) {
      warnOfUnknown("", object, Set.of("vnext"));
      addAll(servers, "vnext", array("vnext", object.get("vnext"), "list of servers"));
    } else if (root instanceof JsonObject object) {
      refuseOtherObjects(object);
      servers.add(server("", object));
    } else {
      throw new SettingsException(
          "JSON: " + shown(root) + " (expected: {\"vnext\":[...]}, its array, or one element)");
    }
    if (unknown > MAX_WARNINGS) {
      warnings.accept((unknown - MAX_WARNINGS) + " more unknown names, ignored");
    }
    return List.copyOf(servers);
  }

  private static void refuseOtherObjects(JsonObject object) {
    if (object.has("outbounds") || object.has("outbound")) {
      throw new SettingsException(
          "outbounds: a whole V2Ray configuration is not supported yet"
              + " (expected: the \"settings\" object of its vmess outbound)");
    }
    if (object.has("settings")) {
      throw new SettingsException(
          "settings: a whole outbound is not supported yet"
              + " (expected: only the object behind \"settings\")");
    }
    if (SERVER.stream().noneMatch(object::has)) {
      throw new SettingsException(
          "vnext: missing (expected: {\"vnext\":[{\"address\":...,\"port\":...,\"users\":[...]}]})");
    }
  }

  private void addAll(List<Server> servers, String path, JsonArray elements) {
    requireSome(path.isEmpty() ? "JSON" : path, elements, "server");
    for (int i = 0; i < elements.size(); i++) {
      String at = path + "[" + i + "]";
      servers.add(server(at, object(at, elements.get(i))));
    }
  }

  private Server server(String path, JsonObject object) {
    warnOfUnknown(path, object, SERVER);
    String addressPath = JsonTree.member(path, "address");
    Address host =
        HostPort.readHost(
            addressPath, string(addressPath, require(path, object, "address"), "host"));
    String portPath = JsonTree.member(path, "port");
    int port =
        HostPort.readPort(portPath, number(portPath, require(path, object, "port"), "1..65535"));
    String usersPath = JsonTree.member(path, "users");
    JsonArray users = array(usersPath, require(path, object, "users"), "list of accounts");
    requireSome(usersPath, users, "account");
    List<Account> accounts = new ArrayList<>();
    for (int i = 0; i < users.size(); i++) {
      String at = usersPath + "[" + i + "]";
      accounts.add(account(at, object(at, users.get(i))));
    }
    Destination address = new Destination(host, port);
    return new Server(address.toString(), address, accounts);
  }

  private Account account(String path, JsonObject user) {
    warnOfUnknown(path, user, USER);
    String at = JsonTree.member(path, "id");
    var id = AccountText.id(at, string(at, require(path, user, "id"), "UUID"));
    int alterId = AccountText.DEFAULT_ALTER_ID;
    if (user.has("alterId")) {
      at = JsonTree.member(path, "alterId");
      alterId = AccountText.alterId(at, number(at, user.get("alterId"), "0..65535"));
    }
    Security security = Security.auto();
    if (user.has("security")) {
      at = JsonTree.member(path, "security");
      security = AccountText.security(at, string(at, user.get("security"), "security's name"));
    }
    int level = AccountText.DEFAULT_LEVEL;
    if (user.has("level")) {
      at = JsonTree.member(path, "level");
      level = AccountText.level(at, number(at, user.get("level"), "0..255"));
    }
    return new Account(id, alterId, security, level);
  }

  private static JsonElement require(String path, JsonObject object, String name) {
    JsonElement value = object.get(name);
    if (value == null) {
      throw new SettingsException(JsonTree.member(path, name) + ": missing (it is required)");
    }
    return value;
  }

  private static JsonObject object(String path, JsonElement value) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw new SettingsException(path + ": " + shown(value) + " (expected: an object, {...})");
  }

  private static JsonArray array(String path, JsonElement value, String what) {
    if (value instanceof JsonArray array) {
      return array;
    }
    throw new SettingsException(path + ": " + shown(value) + " (expected: a " + what + ", [...])");
  }

  private static void requireSome(String path, JsonArray array, String what) {
    if (array.isEmpty()) {
      throw new SettingsException(path + ": empty (expected: at least one " + what + ")");
    }
  }

  private static String string(String path, JsonElement value, String what) {
    if (value instanceof JsonPrimitive primitive && primitive.isString()) {
      return primitive.getAsString();
    }
    throw new SettingsException(
        path + ": " + shown(value) + " (expected: a " + what + " in double quotes)");
  }

  /** The text of a number, or of a string in its place: both are found in users' files. */
  private static String number(String path, JsonElement value, String expected) {
    if (value instanceof JsonPrimitive primitive && !primitive.isBoolean()) {
      return primitive.getAsString();
    }
    throw new SettingsException(path + ": " + shown(value) + " (expected: " + expected + ")");
  }

  private static String shown(JsonElement value) {
    if (value instanceof JsonObject) {
      return "an object";
    }
    if (value instanceof JsonArray) {
      return "a list";
    }
    // A string in a wrong place may be an id.
    return value instanceof JsonPrimitive primitive && primitive.isString()
        ? '"' + Masked.secret(primitive.getAsString()) + '"'
        : Masked.plain(value.toString());
  }

  private void warnOfUnknown(String path, JsonObject object, Set<String> known) {
    for (String name : object.keySet()) {
      if (!known.contains(name) && ++unknown <= MAX_WARNINGS) {
        warnings.accept(JsonTree.member(path, name) + ": unknown name, ignored");
      }
    }
  }
}
