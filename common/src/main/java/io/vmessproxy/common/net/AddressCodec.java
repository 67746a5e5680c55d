package io.vmessproxy.common.net;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * A destination as VMess and Mux.Cool write it, 6 to 259 bytes.
 *
 * <pre>
 *   2      1      n
 * +------+------+---------+
 * | port | type | address |   type 1: 4 octets, 2: a length byte and a name, 3: 16 octets
 * +------+------+---------+
 * </pre>
 *
 * <p>Source: VMess specification, "Request", the instruction section.
 */
public final class AddressCodec {
  /** The longest, with a name of 255 bytes. */
  public static final int MAX_BYTES = 2 + 1 + 1 + Address.Domain.MAX_BYTES;

  private static final int TYPE_IPV4 = 1;
  private static final int TYPE_DOMAIN = 2;
  private static final int TYPE_IPV6 = 3;

  private AddressCodec() {}

  /** Appends the destination's port, type and address. */
  public static void write(Destination destination, ByteBuf out) {
    out.writeShort(destination.port());
    Address address = destination.address();
    if (address instanceof Address.Ipv4 ipv4) {
      out.writeByte(TYPE_IPV4).writeInt(ipv4.value());
    } else if (address instanceof Address.Ipv6 ipv6) {
      out.writeByte(TYPE_IPV6).writeLong(ipv6.high()).writeLong(ipv6.low());
    } else if (address instanceof Address.Domain domain) {
      byte[] name = domain.bytes();
      out.writeByte(TYPE_DOMAIN).writeByte(name.length).writeBytes(name);
    }
  }

  /**
   * Takes a destination off {@code in}. A name that is a literal becomes an address: some clients
   * send them so.
   *
   * @throws IllegalArgumentException if the type is unknown, the name is none, or the bytes end
   *     before the address does
   */
  public static Destination read(ByteBuf in) {
    require(in, Short.BYTES + 1);
    int port = in.readUnsignedShort();
    int type = in.readUnsignedByte();
    Address address =
        switch (type) {
          case TYPE_IPV4 -> Address.ofBytes(readBytes(in, Address.Ipv4.BYTES));
          case TYPE_DOMAIN -> Address.of(readName(in));
          case TYPE_IPV6 -> Address.ofBytes(readBytes(in, Address.Ipv6.BYTES));
          default ->
              throw new IllegalArgumentException(
                  "address type %d (expected: 1 IPv4, 2 domain or 3 IPv6)".formatted(type));
        };
    return new Destination(address, port);
  }

  private static String readName(ByteBuf in) {
    require(in, 1);
    return new String(readBytes(in, in.readUnsignedByte()), StandardCharsets.ISO_8859_1);
  }

  private static byte[] readBytes(ByteBuf in, int length) {
    require(in, length);
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return bytes;
  }

  private static void require(ByteBuf in, int bytes) {
    if (in.readableBytes() < bytes) {
      throw new IllegalArgumentException(
          "address: %d bytes (expected: %d, it is cut)".formatted(in.readableBytes(), bytes));
    }
  }
}
