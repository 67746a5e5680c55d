package io.vmessproxy.client.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LocalLookUpHintTest {
  private final LocalLookUpHint hint = new LocalLookUpHint();
  private final Session byAddress = session("192.0.2.1");

  @Test
  void tellsOnceOfAnAddressThatHasAName() {
    assertThat(hint.concerns(byAddress)).isTrue();
    hint.saw(byAddress, request("a.example"));

    assertThat(hint.concerns(byAddress)).as("told").isFalse();
  }

  @Test
  void asksNothingOfThoseWhoGiveNames() {
    assertThat(hint.concerns(session("a.example"))).isFalse();
  }

  @Test
  void anAddressThatIsCalledByItselfIsNoSign() {
    hint.saw(byAddress, request("192.0.2.1"));
    hint.saw(byAddress, request("[2001:db8::1]:80"));
    hint.saw(byAddress, new ReplayRule());

    assertThat(hint.concerns(byAddress)).isTrue();
  }

  private static Session session(String host) {
    return Session.of("socks5", new Destination(Address.of(host), 80));
  }

  private static ReplayRule request(String host) {
    ReplayRule rule = new ReplayRule();
    rule.add(
        Unpooled.copiedBuffer(
            "GET / HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(host), StandardCharsets.US_ASCII));
    return rule;
  }
}
