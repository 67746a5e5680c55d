package io.vmessproxy.client.socks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;

/**
 * The answer to a SOCKS5 request.
 *
 * <pre>
 *   05 REPLY 00 ATYP ADDRESS PORT
 * </pre>
 *
 * <p>Source: RFC 1928, section 6.
 */
enum Socks5Reply {
  SUCCEEDED(0),
  GENERAL(1),
  NETWORK_UNREACHABLE(3),
  HOST_UNREACHABLE(4),
  REFUSED(5),
  COMMAND(7),
  ADDRESS_TYPE(8);

  private static final int MAX_BYTES = 22;
  private static final Destination NOWHERE = new Destination(new Address.Ipv4(0), 0);

  private final int code;

  Socks5Reply(int code) {
    this.code = code;
  }

  /**
   * With an address that is always IPv4 and always zero: all clients can read it, and it gives
   * nothing away. The caller owns it.
   */
  ByteBuf message(ByteBufAllocator alloc) {
    return message(alloc, NOWHERE);
  }

  /** With an address that the client is to use. The caller owns it. */
  ByteBuf message(ByteBufAllocator alloc, Destination bound) {
    ByteBuf out = alloc.buffer(MAX_BYTES);
    out.writeByte(Socks5Handshake.VERSION).writeByte(code).writeByte(0);
    Socks5Address.write(bound.address(), out);
    return out.writeShort(bound.port());
  }
}
