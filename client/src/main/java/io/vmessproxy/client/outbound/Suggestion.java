package io.vmessproxy.client.outbound;

import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A server that another one suggests, and for how long.
 *
 * <p>Source: VMess specification, "Dynamic Port"; V2Ray 4.34, proxy/vmess/outbound/command.go,
 * whose body cipher there, aes-128-cfb, is not followed: servers take any.
 */
record Suggestion(Server server, Duration validity) {
  private static final String PORT = " port ";

  /** A server takes any of a user's ids, so the first ones do; a stranger's word costs no more. */
  private static final int MAX_ALTER_ID = 256;

  /** The server in a suggestion of {@code from}; empty if it holds for no time, or has no port. */
  static Optional<Suggestion> of(Endpoint from, SwitchAccount suggestion) {
    if (suggestion.port() == 0 || suggestion.minutes() == 0) {
      return Optional.empty();
    }
    Server origin = from.server();
    Address host = suggestion.host() == null ? origin.address().address() : suggestion.host();
    Account user =
        new Account(
            suggestion.user(),
            Math.min(suggestion.alterId(), MAX_ALTER_ID),
            from.user().security(),
            suggestion.level(),
            from.user().authenticatedLength());
    Server server =
        new Server(
            tag(origin.tag(), suggestion.port()),
            new Destination(host, suggestion.port()),
            List.of(user),
            origin.mux(),
            origin.udpMode(),
            origin.stream());
    return Optional.of(new Suggestion(server, Duration.ofMinutes(suggestion.minutes())));
  }

  /** {@code home port 12345}, also where the suggestion comes from such a port itself. */
  private static String tag(String origin, int port) {
    int learned = origin.lastIndexOf(PORT);
    return (learned < 0 ? origin : origin.substring(0, learned)) + PORT + port;
  }
}
