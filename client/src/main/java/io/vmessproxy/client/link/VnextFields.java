package io.vmessproxy.client.link;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.AccountText;
import io.vmessproxy.client.settings.HostPort;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.account.Account;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The elements of {@code vnext}: servers, and their users. */
final class VnextFields {
  private static final Set<String> SERVER = Set.of("address", "port", "users");
  private static final Set<String> USER = Set.of("id", "alterId", "security", "level");
  // Of a server and its only user together, as newer peers write them.
  private static final Set<String> FLAT =
      Set.of("address", "port", "id", "alterId", "security", "level");

  private final Consumer<String> warnings;
  private final UnknownNames unknown;

  /**
   * @param warnings told where an id is no UUID
   */
  VnextFields(Consumer<String> warnings, UnknownNames unknown) {
    this.warnings = warnings;
    this.unknown = unknown;
  }

  /** Whether it looks like an element of {@code vnext}. */
  static boolean isServer(JsonObject object) {
    return SERVER.stream().anyMatch(object::has);
  }

  /** All servers of a list. */
  List<Server> servers(String path, JsonArray elements) {
    JsonValues.requireSome(path.isEmpty() ? "JSON" : path, elements, "server");
    List<Server> servers = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      String at = path + "[" + i + "]";
      servers.add(server(at, JsonValues.object(at, elements.get(i))));
    }
    return servers;
  }

  /** One of them. */
  Server server(String path, JsonObject object) {
    unknown.report(path, object, SERVER);
    Destination address = address(path, object);
    String usersPath = JsonTree.member(path, "users");
    JsonArray users =
        JsonValues.array(usersPath, JsonValues.require(path, object, "users"), "list of accounts");
    JsonValues.requireSome(usersPath, users, "account");
    List<Account> accounts = new ArrayList<>();
    for (int i = 0; i < users.size(); i++) {
      String at = usersPath + "[" + i + "]";
      JsonObject user = JsonValues.object(at, users.get(i));
      unknown.report(at, user, USER);
      accounts.add(account(at, user));
    }
    return new Server(address.toString(), address, accounts);
  }

  /** A server and its only user in one object. */
  Server flat(String path, JsonObject object) {
    unknown.report(path, object, FLAT);
    Destination address = address(path, object);
    return new Server(address.toString(), address, List.of(account(path, object)));
  }

  private static Destination address(String path, JsonObject object) {
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
    return new Destination(host, port);
  }

  private Account account(String path, JsonObject user) {
    AccountFields fields = new AccountFields(path, user);
    return new Account(
        fields.id(warnings),
        fields.alterId(AccountText.DEFAULT_ALTER_ID),
        fields.security(),
        fields.level());
  }
}
