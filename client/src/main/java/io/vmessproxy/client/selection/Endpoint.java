package io.vmessproxy.client.selection;

import io.vmessproxy.common.vmess.account.Account;
import java.util.Objects;

/**
 * What one stream uses: a server and one of its users. A value, and the key of all that is known
 * about it, so its hash is computed once.
 */
public final class Endpoint {
  private final Server server;
  private final Account user;
  private final int hash;

  public Endpoint(Server server, Account user) {
    this.server = server;
    this.user = user;
    this.hash = Objects.hash(server, user);
  }

  public Server server() {
    return server;
  }

  public Account user() {
    return user;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Endpoint that
            && hash == that.hash
            && server.equals(that.server)
            && user.equals(that.user));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** For log lines: the server's tag and the masked id. */
  @Override
  public String toString() {
    return server.tag() + " as " + user.id();
  }
}
