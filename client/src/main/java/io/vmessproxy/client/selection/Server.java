package io.vmessproxy.client.selection;

import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.account.Account;
import java.util.List;

/**
 * One vnext entry: a server and its users.
 *
 * @param tag its name in logs, {@code HOST:PORT} unless the user gave one
 * @param users at least one
 */
public record Server(String tag, Destination address, List<Account> users) {
  public Server {
    if (users.isEmpty()) {
      throw new IllegalArgumentException("server " + tag + ": no user (expected: at least one)");
    }
    users = List.copyOf(users);
  }
}
