package io.vmessproxy.common.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, 192.0.2.7, 192.0.2.7",
    "2001:db8::1, 2001:db8::1, [2001:db8::1]",
    "[2001:DB8:0::1], 2001:db8::1, [2001:db8::1]",
    "::ffff:192.0.2.7, 192.0.2.7, 192.0.2.7",
    "::, ::, [::]",
  })
  void readsLiterals(String text, String host, String authority) {
    Address address = Address.of(text);

    assertThat(address).isNotInstanceOf(Address.Domain.class);
    assertThat(address.host()).isEqualTo(host);
    assertThat(address.authority()).isEqualTo(authority);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"example.com", "example.com.", "_srv.example", "1.2.3", "xn--bcher-kva", "a"})
  void keepsNamesAsTheyAre(String name) {
    assertThat(Address.of(name)).isEqualTo(new Address.Domain(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\r\nb", "fe80::1%eth0", "b\u00fccher.example", "a:b", "a/b"})
  void refusesWhatIsNoHost(String text) {
    assertThatThrownBy(() -> Address.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("domain: ");
  }

  @Test
  void refusesANameTooLongForTheWire() {
    assertThat(Address.of("a".repeat(255)).host()).hasSize(255);
    assertThatThrownBy(() -> Address.of("a".repeat(256)))
        .hasMessage("domain: 256 characters (expected: 1 to 255)");
  }

  @Test
  void refusesAPortOutOfRange() {
    assertThatThrownBy(() -> new Destination(Address.of("a"), 65536))
        .hasMessage("port: 65536 (expected: 0..65535)");
  }
}
