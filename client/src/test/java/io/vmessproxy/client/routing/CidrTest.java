package io.vmessproxy.client.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmessproxy.common.net.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CidrTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0, 8, 10.255.255.255, true",
    "10.0.0.0, 8, 11.0.0.0, false",
    "10.1.2.3, 8, 10.9.9.9, true",
    "192.0.2.7, 32, 192.0.2.7, true",
    "192.0.2.7, 32, 192.0.2.6, false",
    "192.0.2.6, 31, 192.0.2.7, true",
    "0.0.0.0, 0, 255.255.255.255, true",
    "0.0.0.0, 0, ::1, false",
    "255.0.0.0, 8, 255.1.1.1, true",
    "::, 0, ffff::, true",
    "::, 0, 1.2.3.4, false",
    "2001:db8::, 32, 2001:db8:ffff::1, true",
    "2001:db8::, 32, 2001:db9::, false",
    "2001:db8::, 64, 2001:db8::ffff:0:0:1, true",
    "2001:db8::, 64, 2001:db8:0:1::, false",
    "2001:db8::, 65, 2001:db8::7fff:0:0:1, true",
    "2001:db8::, 65, 2001:db8::8000:0:0:1, false",
    "2001:db8::1, 128, 2001:db8::1, true",
    "2001:db8::1, 128, 2001:db8::2, false",
    "192.0.2.0, 24, example.com, false",
  })
  void holdsWhatBeginsWithTheSameBits(String network, int bits, String address, boolean holds) {
    assertThat(new Cidr(Address.of(network), bits).contains(Address.of(address))).isEqualTo(holds);
  }

  @Test
  void refusesWhatIsNoBlock() {
    assertThatThrownBy(() -> new Cidr(Address.of("1.2.3.4"), 33))
        .hasMessage("bits: 33 (expected: 0..32)");
    assertThatThrownBy(() -> new Cidr(Address.of("::"), -1))
        .hasMessage("bits: -1 (expected: 0..128)");
    assertThatThrownBy(() -> new Cidr(Address.of("a"), 0))
        .hasMessage("network: a name (expected: an IP address)");
  }
}
