package io.vmessproxy.client.settings;

import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.Credentials;
import io.vmessproxy.common.policy.PolicyTable;
import java.time.Duration;
import java.util.List;

/**
 * All that the program is told at its start, checked.
 *
 * @param listeners where to listen, at least one
 * @param credentials who may use the listeners
 * @param udp whether and how SOCKS5 carries datagrams
 * @param servers in the order given; empty only with {@code demo} or {@code subscriptions}
 * @param subscriptions more servers, each at its place among those
 * @param demo starts an embedded server and uses it alone
 * @param policies timeouts by user level
 * @param connectTimeout for resolving and connecting to a server, together
 * @param handshakeTimeout for a server to show that it takes a user
 * @param clockOffset what time request headers carry
 * @param drain how long open connections may go on after the program was asked to stop
 * @param choice how each connection gets its server
 * @param sameUser whether only processes of this program's own user are served
 */
public record ClientSettings(
    List<ListenerSettings> listeners,
    Credentials credentials,
    UdpSettings udp,
    List<Server> servers,
    SubscriptionSettings subscriptions,
    boolean demo,
    PolicyTable policies,
    Duration connectTimeout,
    Duration handshakeTimeout,
    ClockOffset clockOffset,
    Duration drain,
    ChoiceSettings choice,
    boolean sameUser) {
  public ClientSettings {
    listeners = List.copyOf(listeners);
    servers = List.copyOf(servers);
  }

  /** With the usual choice. */
  public ClientSettings(
      List<ListenerSettings> listeners,
      Credentials credentials,
      UdpSettings udp,
      List<Server> servers,
      SubscriptionSettings subscriptions,
      boolean demo,
      PolicyTable policies,
      Duration connectTimeout,
      Duration handshakeTimeout,
      ClockOffset clockOffset,
      Duration drain) {
    this(
        listeners,
        credentials,
        udp,
        servers,
        subscriptions,
        demo,
        policies,
        connectTimeout,
        handshakeTimeout,
        clockOffset,
        drain,
        ChoiceSettings.DEFAULT,
        false);
  }

  /** The same without subscriptions. */
  public ClientSettings(
      List<ListenerSettings> listeners,
      Credentials credentials,
      UdpSettings udp,
      List<Server> servers,
      boolean demo,
      PolicyTable policies,
      Duration connectTimeout,
      Duration handshakeTimeout,
      ClockOffset clockOffset,
      Duration drain) {
    this(
        listeners,
        credentials,
        udp,
        servers,
        SubscriptionSettings.NONE,
        demo,
        policies,
        connectTimeout,
        handshakeTimeout,
        clockOffset,
        drain);
  }
}
