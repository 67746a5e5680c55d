package io.vmessproxy.client.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import io.vmessproxy.client.routing.AccessRules.Entry;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AccessRulesTest {
  private static final Rule PRIVATE = new Rule.Private();
  private static final Rule MAIL = new Rule.Port(25, 25);
  private static final Rule HOME = new Rule.DomainAndBelow("home.example");

  @ParameterizedTest
  @CsvSource({
    "8.8.8.8, true",
    "192.168.1.1, false",
    "127.0.0.1, false",
    "fe80::1, false",
    "2606::1, true"
  })
  void deniesPrivateTargetsWhereNothingElseIsSaid(String address, boolean allowed)
      throws UnknownHostException {
    assertThat(allows(new AccessRules(List.of(), false), "a.example", address, 80))
        .isEqualTo(allowed);
    assertThat(allows(new AccessRules(List.of(), true), "a.example", address, 80)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "nas.home.example, 192.168.1.1, 80, true",
    "nas.home.example, 192.168.1.1, 25, true",
    "a.example, 8.8.8.8, 25, false",
    "a.example, 8.8.8.8, 80, true",
    "a.example, 10.0.0.1, 80, false",
  })
  void letsTheFirstRuleThatMatchesDecide(String name, String address, int port, boolean allowed)
      throws UnknownHostException {
    AccessRules rules =
        new AccessRules(
            List.of(new Entry(true, HOME), new Entry(false, MAIL), new Entry(true, MAIL)), false);

    assertThat(allows(rules, name, address, port)).isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({"true, true", "false, false"})
  void letsARuleOpenOrShutPrivateTargets(boolean allow, boolean allowed)
      throws UnknownHostException {
    AccessRules rules = new AccessRules(List.of(new Entry(allow, PRIVATE)), !allow);

    assertThat(allows(rules, "a.example", "192.168.1.1", 80)).isEqualTo(allowed);
  }

  private static boolean allows(AccessRules rules, String name, String address, int port)
      throws UnknownHostException {
    return rules.allows(
        new Destination(Address.of(name), port),
        InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(address)));
  }
}
