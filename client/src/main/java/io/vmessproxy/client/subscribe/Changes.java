package io.vmessproxy.client.subscribe;

import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.UserId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a refresh has changed.
 *
 * @param fresh servers that were not there
 * @param gone servers that are there no longer
 * @param any whether there is any difference, be it a name
 */
record Changes(int fresh, int gone, boolean any) {
  /** Compares two lists of one subscription. */
  static Changes between(List<Server> before, List<Server> now) {
    Set<Identity> old = identities(before);
    Set<Identity> current = identities(now);
    return new Changes(missing(current, old), missing(old, current), !before.equals(now));
  }

  private static Set<Identity> identities(List<Server> servers) {
    return servers.stream().map(Identity::of).collect(Collectors.toSet());
  }

  private static int missing(Set<Identity> of, Set<Identity> in) {
    Set<Identity> left = new HashSet<>(of);
    left.removeAll(in);
    return left.size();
  }

  /** {@code 2 new, 1 gone}; empty if there is no difference. */
  String text() {
    if (!any) {
      return "";
    }
    if (fresh == 0 && gone == 0) {
      return "names or settings changed";
    }
    String added = fresh == 0 ? "" : fresh + " new";
    String removed = gone == 0 ? "" : gone + " gone";
    return added + (fresh > 0 && gone > 0 ? ", " : "") + removed;
  }

  /**
   * What makes a server the same under another name.
   *
   * @param transport with its host, its path or its service
   */
  private record Identity(
      Destination address,
      List<UserId> users,
      TransportSettings transport,
      boolean tls,
      @Nullable String serverName) {
    static Identity of(Server server) {
      TlsSettings tls = server.stream().tls();
      return new Identity(
          server.address(),
          server.users().stream().map(Account::id).toList(),
          server.stream().transport(),
          tls != null,
          tls == null ? null : tls.serverName());
    }
  }
}
