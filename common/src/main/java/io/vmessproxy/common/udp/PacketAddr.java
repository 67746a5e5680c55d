package io.vmessproxy.common.udp;

import io.netty.buffer.ByteBuf;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams with their address in front, called packetaddr.
 *
 * <pre>
 *   1      4 or 16   2
 * +------+---------+------+---------+
 * | type | address | port | payload |   type 1: IPv4, 2: IPv6
 * +------+---------+------+---------+
 * </pre>
 *
 * <p>The types are not those of VMess, and the port is last. A name has no form.
 *
 * <p>Source: V2Ray 5, common/net/packetaddr.
 */
public final class PacketAddr {
  /** The target that says: the datagrams of this stream carry their addresses themselves. */
  public static final Destination TARGET =
      new Destination(new Address.Domain("sp.packet-addr.v2fly.arpa"), 0);

  /** The most that stands before the payload, bytes. */
  static final int MAX_HEAD_BYTES = 1 + Address.Ipv6.BYTES + Short.BYTES;

  private static final int TYPE_IPV4 = 1;
  private static final int TYPE_IPV6 = 2;

  private PacketAddr() {}

  /** Whether a stream for this destination carries such datagrams. Clients differ in the port. */
  public static boolean isTarget(Destination destination) {
    return destination.address().equals(TARGET.address());
  }

  /** Appends the datagram, which it does not release. Returns whether its address has a form. */
  static boolean write(Datagram datagram, ByteBuf out) {
    Address address = datagram.destination().address();
    if (address instanceof Address.Ipv4 ipv4) {
      out.writeByte(TYPE_IPV4).writeInt(ipv4.value());
    } else if (address instanceof Address.Ipv6 ipv6) {
      out.writeByte(TYPE_IPV6).writeLong(ipv6.high()).writeLong(ipv6.low());
    } else {
      return false;
    }
    out.writeShort(datagram.destination().port());
    ByteBuf payload = datagram.content();
    out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
    return true;
  }

  /**
   * Takes the address off {@code in}, so that the payload is left. Null if there is none. IPv4 that
   * is mapped into IPv6 becomes IPv4.
   */
  static @Nullable Destination readAddress(ByteBuf in) {
    if (!in.isReadable()) {
      return null;
    }
    int length =
        switch (in.readUnsignedByte()) {
          case TYPE_IPV4 -> Address.Ipv4.BYTES;
          case TYPE_IPV6 -> Address.Ipv6.BYTES;
          default -> Integer.MAX_VALUE - Short.BYTES;
        };
    if (in.readableBytes() < length + Short.BYTES) {
      return null;
    }
    byte[] octets = new byte[length];
    in.readBytes(octets);
    return new Destination(Address.ofBytes(octets), in.readUnsignedShort());
  }
}
