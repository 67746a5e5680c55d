package io.vmessproxy.common.net;

import io.netty.util.NetUtil;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A host as the client named it; never resolved here, so that the far end does the DNS lookup. */
public sealed interface Address {

  /** The host as text, IPv6 without brackets. */
  String host();

  /** The host as it stands before a {@code :port}: IPv6 in brackets. */
  default String authority() {
    return host();
  }

  /**
   * Reads an IPv4 or IPv6 literal (with or without brackets), or else a domain name. An IPv4-mapped
   * IPv6 literal becomes IPv4.
   *
   * @throws IllegalArgumentException if the text is neither, see {@link Domain}
   */
  static Address of(String text) {
    boolean bracketed = text.startsWith("[") && text.endsWith("]");
    String bare = bracketed ? text.substring(1, text.length() - 1) : text;
    if (!bracketed && NetUtil.isValidIpV4Address(bare)) {
      return ofBytes(NetUtil.createByteArrayFromIpAddressString(bare));
    }
    // A zone (fe80::1%eth0) means something on one machine only, so it cannot travel.
    if (bare.indexOf(':') >= 0 && bare.indexOf('%') < 0 && NetUtil.isValidIpV6Address(bare)) {
      return ofBytes(NetUtil.createByteArrayFromIpAddressString(bare));
    }
    return new Domain(text);
  }

  /**
   * An address from its 4 or 16 octets in network order; IPv4-mapped IPv6 becomes IPv4.
   *
   * @throws IllegalArgumentException at any other length
   */
  static Address ofBytes(byte[] octets) {
    if (octets.length == Ipv4.BYTES) {
      return new Ipv4(ByteBuffer.wrap(octets).getInt());
    }
    if (octets.length != Ipv6.BYTES) {
      throw new IllegalArgumentException(
          "address: %d octets (expected: 4 or 16)".formatted(octets.length));
    }
    long high = ByteBuffer.wrap(octets).getLong();
    long low = ByteBuffer.wrap(octets).getLong(Long.BYTES);
    if (high == 0 && low >>> 32 == 0xffff) {
      return new Ipv4((int) low);
    }
    return new Ipv6(high, low);
  }

  /** A domain name: 1 to 255 bytes of printable ASCII without spaces, colons or brackets. */
  record Domain(String host) implements Address {
    /** The longest name that VMess and SOCKS5 can carry, bytes. */
    public static final int MAX_BYTES = 255;

    public Domain {
      if (host.isEmpty() || host.length() > MAX_BYTES) {
        throw new IllegalArgumentException(
            "domain: %d characters (expected: 1 to 255)".formatted(host.length()));
      }
      for (int i = 0; i < host.length(); i++) {
        char c = host.charAt(i);
        if (c <= ' ' || c >= 0x7f || "[]:/@\\\"<>".indexOf(c) >= 0) {
          throw new IllegalArgumentException(
              "domain: character 0x%02x at %d (expected: letters, digits, '.', '-' and '_')"
                  .formatted((int) c, i));
        }
      }
    }

    /** The name's bytes, 1 to 255. */
    public byte[] bytes() {
      return host.getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** An IPv4 address: its four octets in network order, as one int. */
  record Ipv4(int value) implements Address {
    /** Octets of an address. */
    public static final int BYTES = 4;

    @Override
    public String host() {
      return NetUtil.intToIpAddress(value);
    }
  }

  /** An IPv6 address: its sixteen octets in network order, as two longs. */
  record Ipv6(long high, long low) implements Address {
    /** Octets of an address. */
    public static final int BYTES = 16;

    @Override
    public String host() {
      return NetUtil.bytesToIpAddress(octets());
    }

    @Override
    public String authority() {
      return "[" + host() + "]";
    }

    /** The sixteen octets in network order. */
    public byte[] octets() {
      return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
    }
  }
}
