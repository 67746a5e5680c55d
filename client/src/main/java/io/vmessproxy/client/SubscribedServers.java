package io.vmessproxy.client;

import io.vmessproxy.client.ClientProxy.BindException;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.Credentials;
import io.vmessproxy.client.settings.ClientSettings;
import io.vmessproxy.client.settings.ClockOffset;
import io.vmessproxy.client.settings.SubscriptionSettings;
import io.vmessproxy.client.settings.UdpSettings;
import io.vmessproxy.client.subscribe.SubscriptionException;
import io.vmessproxy.common.policy.PolicyTable;
import java.time.Duration;
import java.util.List;

/**
 * The servers of a command line with those of its subscriptions, for a command that runs once.
 *
 * @param notes about the subscriptions: quotas, announcements, one line each
 */
public record SubscribedServers(List<Server> servers, List<String> notes) {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  // As long as a provider may take.
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /**
   * Loads them as the proxy does at its start, and waits for what is being refreshed.
   *
   * @throws SubscriptionException if there are no servers in the end
   */
  public static SubscribedServers load(List<Server> given, SubscriptionSettings subscriptions)
      throws BindException, SubscriptionException {
    ClientSettings settings =
        new ClientSettings(
            List.of(),
            Credentials.NONE,
            UdpSettings.DEFAULT,
            given,
            subscriptions,
            false,
            PolicyTable.DEFAULT,
            TIMEOUT,
            TIMEOUT,
            ClockOffset.NONE,
            Duration.ZERO);
    try (ClientProxy proxy = ClientProxy.start(settings)) {
      proxy.subscriptions().awaitRefreshed(PATIENCE);
      return new SubscribedServers(proxy.servers(), proxy.subscriptions().notes());
    }
  }
}
