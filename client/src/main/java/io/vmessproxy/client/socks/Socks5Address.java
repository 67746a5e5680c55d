package io.vmessproxy.client.socks;

import io.netty.buffer.ByteBuf;
import io.vmessproxy.common.net.Address;
import java.nio.charset.StandardCharsets;

/**
 * An address as SOCKS5 writes it, in requests and in the header of datagrams alike.
 *
 * <pre>
 *   01 IPV4(4) | 03 LENGTH NAME... | 04 IPV6(16)
 * </pre>
 *
 * <p>Source: RFC 1928, section 5.
 */
final class Socks5Address {
  static final int IPV4 = 1;
  static final int DOMAIN = 3;
  static final int IPV6 = 4;

  private static final int PORT_BYTES = 2;

  private Socks5Address() {}

  /** Whether there is such a type. */
  static boolean known(int type) {
    return type == IPV4 || type == DOMAIN || type == IPV6;
  }

  /**
   * Whether what stands behind the type is there, from the address to the port behind it.
   *
   * @param index of the byte behind the type
   */
  static boolean whole(int type, ByteBuf in, int index) {
    int there = in.writerIndex() - index;
    return switch (type) {
      case IPV4 -> there >= Address.Ipv4.BYTES + PORT_BYTES;
      case IPV6 -> there >= Address.Ipv6.BYTES + PORT_BYTES;
      default -> there >= 1 && there >= 1 + in.getUnsignedByte(index) + PORT_BYTES;
    };
  }

  /** The address's own bytes, without the length of a name. */
  static byte[] readOctets(int type, ByteBuf in) {
    int length =
        switch (type) {
          case IPV4 -> Address.Ipv4.BYTES;
          case IPV6 -> Address.Ipv6.BYTES;
          default -> in.readUnsignedByte();
        };
    byte[] octets = new byte[length];
    in.readBytes(octets);
    return octets;
  }

  /**
   * What those bytes mean; a name that is an IP literal is one.
   *
   * @throws IllegalArgumentException if they are no address
   */
  static Address of(int type, byte[] octets) {
    return type == DOMAIN
        ? Address.of(new String(octets, StandardCharsets.ISO_8859_1))
        : Address.ofBytes(octets);
  }

  /** Writes type and address. */
  static void write(Address address, ByteBuf out) {
    if (address instanceof Address.Ipv4 ipv4) {
      out.writeByte(IPV4).writeInt(ipv4.value());
    } else if (address instanceof Address.Ipv6 ipv6) {
      out.writeByte(IPV6).writeBytes(ipv6.octets());
    } else {
      byte[] name = ((Address.Domain) address).bytes();
      out.writeByte(DOMAIN).writeByte(name.length).writeBytes(name);
    }
  }
}
