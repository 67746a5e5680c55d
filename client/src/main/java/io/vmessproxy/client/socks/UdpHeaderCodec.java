package io.vmessproxy.client.socks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmessproxy.client.dispatch.DatagramCounts;
import io.vmessproxy.client.dispatch.Drop;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import org.jspecify.annotations.Nullable;

/**
 * The header of datagrams between an application and a SOCKS5 server.
 *
 * <pre>
 *   2 bytes  1      1      4, 16 or 1 + 1..255  2
 * +--------+------+------+--------------------+------+------+
 * | 00 00  | FRAG | ATYP | ADDRESS            | PORT | DATA |
 * +--------+------+------+--------------------+------+------+
 * </pre>
 *
 * <p>The address is the target's on the way out and the source's on the way back. Source: RFC 1928,
 * section 7.
 */
final class UdpHeaderCodec {
  /** Reserved bytes, fragment and type, the longest name, and the port. */
  static final int MAX_HEADER_BYTES = 4 + 1 + Address.Domain.MAX_BYTES + 2;

  private static final int MIN_BYTES = 5;

  private UdpHeaderCodec() {}

  /**
   * Reads a datagram. Does not release {@code in}; what comes back is the caller's, and shares its
   * bytes with {@code in}.
   *
   * @return null if it is to be dropped, which is counted
   */
  static @Nullable Datagram decode(ByteBuf in, DatagramCounts counts) {
    if (in.readableBytes() < MIN_BYTES) {
      return dropped(Drop.MALFORMED, counts);
    }
    int fragment = in.skipBytes(2).readUnsignedByte();
    if (fragment != 0) {
      return dropped(Drop.FRAGMENT, counts);
    }
    int type = in.readUnsignedByte();
    if (!Socks5Address.known(type) || !Socks5Address.whole(type, in, in.readerIndex())) {
      return dropped(Drop.MALFORMED, counts);
    }
    byte[] octets = Socks5Address.readOctets(type, in);
    int port = in.readUnsignedShort();
    Address address;
    try {
      address = Socks5Address.of(type, octets);
    } catch (IllegalArgumentException e) {
      return dropped(Drop.MALFORMED, counts);
    }
    if (port == 0) {
      return dropped(Drop.MALFORMED, counts);
    }
    if (!in.isReadable()) {
      return dropped(Drop.EMPTY, counts);
    }
    return new Datagram(new Destination(address, port), in.retainedSlice());
  }

  private static @Nullable Datagram dropped(Drop cause, DatagramCounts counts) {
    counts.dropped(cause);
    return null;
  }

  /** Writes a datagram. Does not release {@code datagram}; the caller owns what comes back. */
  static ByteBuf encode(Datagram datagram, ByteBufAllocator alloc) {
    ByteBuf payload = datagram.content();
    Destination source = datagram.destination();
    ByteBuf out = alloc.directBuffer(MAX_HEADER_BYTES + payload.readableBytes());
    out.writeZero(3);
    Socks5Address.write(source.address(), out);
    out.writeShort(source.port());
    return out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
  }
}
