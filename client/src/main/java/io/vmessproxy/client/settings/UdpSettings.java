package io.vmessproxy.client.settings;

import io.vmessproxy.common.net.Address;
import org.jspecify.annotations.Nullable;

/**
 * Whether SOCKS5 carries datagrams, and where applications send them to.
 *
 * @param enabled whether UDP ASSOCIATE is taken
 * @param address the IP address told to applications; null is the one they connected to
 */
public record UdpSettings(boolean enabled, @Nullable Address address) {
  /** What applies where nothing is said. */
  public static final UdpSettings DEFAULT = new UdpSettings(true, null);

  public UdpSettings {
    if (address instanceof Address.Domain) {
      throw new IllegalArgumentException(
          "UDP address: " + address.host() + " (expected: an IP address)");
    }
  }

  /**
   * Reads the address.
   *
   * @param where the flag, for the message
   */
  public static Address readAddress(String where, String text) {
    String expected = " (expected: an IP address that applications can reach, as in 192.0.2.1)";
    String quoted = where + ": \"" + Masked.plain(text) + "\"";
    Address address;
    try {
      address = Address.of(text);
    } catch (IllegalArgumentException e) {
      throw new SettingsException(quoted + " is no address" + expected);
    }
    if (address instanceof Address.Domain) {
      throw new SettingsException(quoted + " is no IP address" + expected);
    }
    if (address.equals(new Address.Ipv4(0)) || address.equals(new Address.Ipv6(0, 0))) {
      throw new SettingsException(quoted + " is all addresses" + expected);
    }
    return address;
  }
}
