package io.vmessproxy.client.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.selection.UdpMode;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import io.vmessproxy.common.vmess.account.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SuggestionTest {
  private static final UserId OTHER = UserId.parse("b831381d-6324-4d53-ad4f-8cda48b30811");

  private final Account user =
      new Account(UserId.of(new byte[16]), 0, Security.CHACHA20_POLY1305, 1, true);
  private final Endpoint home =
      new Endpoint(
          new Server(
              "home",
              destination("a.example", 443),
              List.of(user),
              8,
              UdpMode.XUDP,
              StreamSettings.PLAIN),
          user);

  @Test
  void isTheSameServerOnAnotherPortAsAnotherUser() {
    Suggestion learned = of(home, null, 12345, 7).orElseThrow();

    Account expected = new Account(OTHER, 16, Security.CHACHA20_POLY1305, 3, true);
    assertThat(learned.server())
        .isEqualTo(
            new Server(
                "home port 12345",
                destination("a.example", 12345),
                List.of(expected),
                8,
                UdpMode.XUDP,
                StreamSettings.PLAIN));
    assertThat(learned.validity()).isEqualTo(Duration.ofMinutes(7));
  }

  @Test
  void mayBeOnAnotherHost() {
    Suggestion learned = of(home, Address.of("192.0.2.7"), 12345, 7).orElseThrow();

    assertThat(learned.server().address()).isEqualTo(destination("192.0.2.7", 12345));
  }

  @Test
  void ofASuggestedServerHasOneNameStill() {
    Server first = of(home, null, 12345, 7).orElseThrow().server();

    Server second =
        of(new Endpoint(first, first.users().get(0)), null, 23456, 7).orElseThrow().server();

    assertThat(second.tag()).isEqualTo("home port 23456");
  }

  @Test
  void thatHoldsForNoTimeOrHasNoPortIsNone() {
    assertThat(of(home, null, 12345, 0)).isEmpty();
    assertThat(of(home, null, 0, 7)).isEmpty();
  }

  private static Optional<Suggestion> of(
      Endpoint from, @Nullable Address host, int port, int minutes) {
    return Suggestion.of(from, new SwitchAccount(host, port, OTHER, 16, 3, minutes));
  }

  private static Destination destination(String host, int port) {
    return new Destination(Address.of(host), port);
  }
}
