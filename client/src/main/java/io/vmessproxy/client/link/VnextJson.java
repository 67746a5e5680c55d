package io.vmessproxy.client.link;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.AccountText;
import io.vmessproxy.client.settings.HostPort;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
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
  private static final Set<String> SERVER = Set.of("address", "port", "users");
  private static final Set<String> USER = Set.of("id", "alterId", "security", "level");

  private final Consumer<String> warnings;
  private final UnknownNames unknown;

  private VnextJson(Consumer<String> warnings) {
    this.warnings = warnings;
    this.unknown = new UnknownNames(warnings);
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
    return JsonOrFile.read(jsonOrFile, root -> new VnextJson(warnings).servers(root));
  }

  private List<Server> servers(JsonElement root) {
    List<Server> servers = new ArrayList<>();
    if (root instanceof JsonArray elements) {
      addAll(servers, "", elements);
    } else if (root instanceof JsonObject object && object.has("vnext")) {
      unknown.report("", object, Set.of("vnext"));
      addAll(servers, "vnext", JsonValues.array("vnext", object.get("vnext"), "list of servers"));
    } else if (root instanceof JsonObject object) {
      refuseOtherObjects(object);
      servers.add(server("", object));
    } else {
      throw new SettingsException(
          "JSON: "
              + JsonValues.shown(root)
              + " (expected: {\"vnext\":[...]}, its array, or one element)");
    }
    unknown.sum();
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
    JsonValues.requireSome(path.isEmpty() ? "JSON" : path, elements, "server");
    for (int i = 0; i < elements.size(); i++) {
      String at = path + "[" + i + "]";
      servers.add(server(at, JsonValues.object(at, elements.get(i))));
    }
  }

  private Server server(String path, JsonObject object) {
    unknown.report(path, object, SERVER);
    String addressPath = JsonTree.member(path, "address");
    Address host =
        HostPort.readHost(
            addressPath,
            JsonValues.string(addressPath, JsonValues.require(path, object, "address"), "host"));
    String portPath = JsonTree.member(path, "port");
    int port =
        HostPort.readPort(
            portPath,
            JsonValues.number(portPath, JsonValues.require(path, object, "port"), "1..65535"));
    String usersPath = JsonTree.member(path, "users");
    JsonArray users =
        JsonValues.array(usersPath, JsonValues.require(path, object, "users"), "list of accounts");
    JsonValues.requireSome(usersPath, users, "account");
    List<Account> accounts = new ArrayList<>();
    for (int i = 0; i < users.size(); i++) {
      String at = usersPath + "[" + i + "]";
      accounts.add(account(at, JsonValues.object(at, users.get(i))));
    }
    Destination address = new Destination(host, port);
    return new Server(address.toString(), address, accounts);
  }

  private Account account(String path, JsonObject user) {
    unknown.report(path, user, USER);
    AccountFields fields = new AccountFields(path, user);
    return new Account(
        fields.id(warnings),
        fields.alterId(AccountText.DEFAULT_ALTER_ID),
        fields.security(),
        fields.level());
  }
}
