package io.vmessproxy.common.net;

import java.net.InetAddress;

/**
 * Addresses that belong to a machine, to its network or to nobody, but to no host of the internet.
 *
 * <p>Source: IANA's registries of IPv4 and IPv6 special-purpose addresses, without the blocks for
 * documentation, which lead nowhere.
 */
public final class SpecialAddresses {
  private static final int LOOPBACK_NET = 127;
  private static final Block4[] IPV4 = {
    block("0.0.0.0", 8), // this network; 0.0.0.0 itself reaches this machine
    block("10.0.0.0", 8),
    block("100.64.0.0", 10), // behind a provider's NAT; some clouds' metadata, too
    block("127.0.0.0", 8),
    block("169.254.0.0", 16), // link-local; most clouds' metadata
    block("172.16.0.0", 12),
    block("192.0.0.0", 24),
    block("192.168.0.0", 16),
    block("198.18.0.0", 15), // for benchmarks; what some clients give names in place of addresses
    block("224.0.0.0", 4), // multicast
    block("240.0.0.0", 4), // reserved, used inside of clouds; broadcast
  };

  private SpecialAddresses() {}

  /**
   * Whether an address is private in a wide sense: loopback, unspecified, link-local, of a private
   * or shared range, multicast, broadcast or reserved; or an IPv6 address that is one of those in
   * other clothes (IPv4-mapped, NAT64, 6to4, Teredo).
   */
  public static boolean isPrivate(InetAddress address) {
    return isPrivate(Address.ofBytes(address.getAddress()));
  }

  /** The same of an address as a client named it; a name is none. */
  public static boolean isPrivate(Address address) {
    if (address instanceof Address.Ipv4 ipv4) {
      return isPrivate(ipv4.value());
    }
    return address instanceof Address.Ipv6 ipv6 && isPrivate(ipv6.high(), ipv6.low());
  }

  /** Whether an address is this machine alone: 127.0.0.0/8 or ::1. */
  public static boolean isLoopback(Address address) {
    if (address instanceof Address.Ipv4 ipv4) {
      return ipv4.value() >>> 24 == LOOPBACK_NET;
    }
    return address instanceof Address.Ipv6 ipv6 && ipv6.high() == 0 && ipv6.low() == 1;
  }

  private static boolean isPrivate(int ipv4) {
    for (Block4 block : IPV4) {
      if ((ipv4 & block.mask) == block.network) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPrivate(long high, long low) {
    int first = (int) (high >>> 48);
    if (high == 0) {
      return isPrivateBelowZero(low);
    }
    return (first & 0xfe00) == 0xfc00 // fc00::/7, unique local
        || (first & 0xff80) == 0xfe80 // fe80::/10, link-local, and fec0::/10, once site-local
        || (first & 0xff00) == 0xff00 // multicast
        || high >>> 16 == 0x0064_ff9b_0001L // 64:ff9b:1::/48, NAT64 of a network's own
        || (high == 0x0064_ff9b_0000_0000L && low >>> 32 == 0 && isPrivate((int) low)) // NAT64
        || (first == 0x2002 && isPrivate((int) (high >>> 16))) // 6to4
        || (high >>> 32 == 0x2001_0000L && isPrivate(~(int) low)); // Teredo, its client
  }

  /** Below {@code ::/64}: unspecified, loopback, and IPv4 in three ways of writing. */
  private static boolean isPrivateBelowZero(long low) {
    return switch ((int) (low >>> 32)) {
      case 0 -> true; // ::/96, of which no host has an address any more
      case 0xffff, 0xffff_0000 -> isPrivate((int) low); // IPv4-mapped, IPv4-translated
      default -> false;
    };
  }

  private static Block4 block(String network, int bits) {
    return new Block4(((Address.Ipv4) Address.of(network)).value(), -1 << (32 - bits));
  }

  private record Block4(int network, int mask) {}
}
