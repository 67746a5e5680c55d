package io.vmessproxy.client.socks;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import io.vmessproxy.common.net.Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpectedSenderTest {
  @ParameterizedTest
  @CsvSource({
    ", 0, 192.0.2.1, 192.0.2.1, true",
    ", 0, 192.0.2.1, 192.0.2.2, false",
    ", 5000, 192.0.2.1, 192.0.2.1, true",
    ", 5001, 192.0.2.1, 192.0.2.1, false",
    "0.0.0.0, 0, 192.0.2.1, 192.0.2.1, true",
    "::, 5000, 2001:db8::1, 2001:db8::1, true",
    "::, 0, 2001:db8::1, 2001:db8::2, false",
    "192.0.2.9, 0, 192.0.2.1, 192.0.2.9, true",
    "192.0.2.9, 5000, 192.0.2.1, 192.0.2.9, true",
    "192.0.2.9, 0, 192.0.2.1, 192.0.2.1, false",
  })
  void isWhoTheRequestNamesOrElseWhoConnected(
      @Nullable String named, int port, String peer, String from, boolean expected) {
    Address address = named == null ? null : Address.of(named);
    ExpectedSender sender = ExpectedSender.of(address, port, ip(peer));

    assertThat(sender.expects(new InetSocketAddress(ip(from), 5000))).isEqualTo(expected);
  }

  @Test
  void isTheSameInEveryZone() throws UnknownHostException {
    byte[] octets = ip("fe80::1").getAddress();
    InetAddress zoned = Inet6Address.getByAddress("", octets, 3);
    ExpectedSender sender = ExpectedSender.of(null, 0, zoned);

    assertThat(sender.expects(new InetSocketAddress(ip("fe80::1"), 5000))).isTrue();
  }

  @Test
  void isOneAloneOnceItHasSent() {
    ExpectedSender sender = ExpectedSender.of(null, 0, ip("192.0.2.1"));
    InetSocketAddress first = new InetSocketAddress(ip("192.0.2.1"), 5000);
    InetSocketAddress second = new InetSocketAddress(ip("192.0.2.1"), 5001);
    assertThat(sender.expects(second)).isTrue();

    sender.lock(first);
    sender.lock(second);

    assertThat(sender.locked()).isEqualTo(first);
    assertThat(sender.expects(first)).isTrue();
    assertThat(sender.expects(second)).isFalse();
  }

  private static InetAddress ip(String text) {
    return NetUtil.createInetAddressFromIpAddressString(text);
  }
}
