package io.vmessproxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.Credentials;
import io.vmessproxy.client.settings.ClientSettings;
import io.vmessproxy.client.settings.ClockOffset;
import io.vmessproxy.client.settings.ListenerSettings;
import io.vmessproxy.client.settings.SubscriptionSettings;
import io.vmessproxy.client.settings.UdpSettings;
import io.vmessproxy.common.policy.PolicyTable;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ClientProxyTest {
  @Test
  void usesTheDemosServerAlone() throws Exception {
    ClientSettings settings =
        new ClientSettings(
            List.of(new ListenerSettings(ListenerSettings.Kind.MIXED, "127.0.0.1", 0)),
            Credentials.NONE,
            UdpSettings.DEFAULT,
            List.of(),
            SubscriptionSettings.NONE,
            true,
            PolicyTable.DEFAULT,
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            ClockOffset.NONE,
            Duration.ZERO);

    try (ClientProxy proxy = ClientProxy.start(settings)) {
      assertThat(proxy.listeners()).hasSize(1);
      assertThat(proxy.servers()).extracting(Server::tag).containsExactly("demo");
    }
  }
}
