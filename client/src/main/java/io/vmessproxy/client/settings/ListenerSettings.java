package io.vmessproxy.client.settings;

import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.util.Locale;

/**
 * One local port.
 *
 * @param host an IP literal (IPv6 without brackets) or a name
 * @param port 0 picks a free one
 */
public record ListenerSettings(Kind kind, String host, int port) {
  private static final int LOOPBACK_NET = 127;

  public ListenerSettings {
    if (port < 0 || port > 0xffff) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0..65535)");
    }
  }

  /** Whether only this machine can reach it. Names are not resolved: {@code localhost} alone is. */
  public boolean loopback() {
    Address address = Address.of(host);
    if (address instanceof Address.Ipv4 ipv4) {
      return ipv4.value() >>> 24 == LOOPBACK_NET;
    }
    if (address instanceof Address.Ipv6 ipv6) {
      return ipv6.high() == 0 && ipv6.low() == 1;
    }
    return host.equalsIgnoreCase("localhost");
  }

  /** As on the command line: {@code mixed://127.0.0.1:1080}. */
  @Override
  public String toString() {
    return kind.text() + "://" + new Destination(Address.of(host), port);
  }

  /** What a listener speaks. */
  public enum Kind {
    /** SOCKS4, 4a, 5 and HTTP, told apart by the first byte. */
    MIXED,
    /** SOCKS4, 4a and 5. */
    SOCKS,
    /** HTTP. */
    HTTP;

    /** The word on the command line: {@code mixed}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
