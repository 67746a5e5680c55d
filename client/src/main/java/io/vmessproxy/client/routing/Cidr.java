package io.vmessproxy.client.routing;

import io.vmessproxy.common.net.Address;

/**
 * A block of addresses: those that begin with the same bits.
 *
 * @param network an IPv4 or IPv6 address; what stands behind its first {@code bits} is not looked
 *     at
 * @param bits 0 to 32 for IPv4, 0 to 128 for IPv6
 */
public record Cidr(Address network, int bits) {
  public Cidr {
    if (network instanceof Address.Domain) {
      throw new IllegalArgumentException("network: a name (expected: an IP address)");
    }
    if (bits < 0 || bits > maxBits(network)) {
      throw new IllegalArgumentException(
          "bits: " + bits + " (expected: 0.." + maxBits(network) + ")");
    }
  }

  /** How many bits an address of this kind has. */
  public static int maxBits(Address address) {
    return 8 * (address instanceof Address.Ipv4 ? Address.Ipv4.BYTES : Address.Ipv6.BYTES);
  }

  /** Whether the address is one of them; an IPv4 address is never one of an IPv6 block. */
  public boolean contains(Address address) {
    if (network instanceof Address.Ipv4 ours && address instanceof Address.Ipv4 other) {
      return sameBits((long) ours.value() << 32, (long) other.value() << 32, bits);
    }
    if (network instanceof Address.Ipv6 ours && address instanceof Address.Ipv6 other) {
      return sameBits(ours.high(), other.high(), Math.min(bits, Long.SIZE))
          && sameBits(ours.low(), other.low(), Math.max(bits - Long.SIZE, 0));
    }
    return false;
  }

  private static boolean sameBits(long one, long other, int bits) {
    // Java takes a shift by 64 for one by 0.
    return bits == 0 || (one ^ other) >>> (Long.SIZE - bits) == 0;
  }
}
