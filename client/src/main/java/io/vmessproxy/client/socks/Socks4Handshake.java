package io.vmessproxy.client.socks;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.vmessproxy.client.dispatch.Dispatcher;
import io.vmessproxy.client.session.Credentials;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The SOCKS4 and 4a front end.
 *
 * <pre>
 *   04 COMMAND PORT(2) IP(4) USER... 00 [NAME... 00]     00 5A|5B PORT(2) IP(4)
 * </pre>
 *
 * <p>A name follows where the address is 0.0.0.x, x not 0. Source: the SOCKS4 and SOCKS4A notes.
 */
public final class Socks4Handshake extends SocksHandshake {
  /** The first byte. */
  public static final int VERSION = 4;

  private static final int FIXED_BYTES = 8;
  private static final int MAX_TEXT_BYTES = 255;
  private static final int CONNECT = 1;
  private static final int GRANTED = 0x5a;
  private static final int REJECTED = 0x5b;

  private final Credentials credentials;

  public Socks4Handshake(Credentials credentials, Dispatcher dispatcher) {
    super(dispatcher);
    this.credentials = credentials;
  }

  @Override
  String protocol() {
    return "socks4";
  }

  @Override
  boolean read(ChannelHandlerContext ctx, ByteBuf in) {
    if (in.readableBytes() < FIXED_BYTES) {
      return false;
    }
    int start = in.readerIndex();
    int command = in.getUnsignedByte(start + 1);
    int port = in.getUnsignedShort(start + 2);
    int ip = in.getInt(start + 4);
    boolean named = ip >>> 8 == 0 && ip != 0;

    int userAt = start + FIXED_BYTES;
    int userEnd = textEnd(in, userAt);
    int nameAt = userEnd + 1;
    int end = named && userEnd >= 0 ? textEnd(in, nameAt) : userEnd;
    if (end < 0) {
      int longest = userEnd < 0 ? userAt : nameAt;
      if (in.writerIndex() - longest > MAX_TEXT_BYTES) {
        reject(ctx, "a text of more than 255 bytes");
        return true;
      }
      return false;
    }
    if (userEnd - userAt > MAX_TEXT_BYTES || end - nameAt > MAX_TEXT_BYTES) {
      reject(ctx, "a text of more than 255 bytes");
      return true;
    }
    String name = named ? in.toString(nameAt, end - nameAt, StandardCharsets.ISO_8859_1) : "";
    in.readerIndex(end + 1);
    answer(ctx, command, port, named ? name : null, ip);
    return true;
  }

  private void answer(
      ChannelHandlerContext ctx, int command, int port, @Nullable String name, int ip) {
    if (credentials.required()) {
      reject(ctx, "has no password (expected: SOCKS5 or HTTP with user and password)");
      return;
    }
    if (command != CONNECT) {
      reject(ctx, "command " + command + " (expected: 1 CONNECT)");
      return;
    }
    if (port == 0) {
      reject(ctx, "port 0 (expected: 1 to 65535)");
      return;
    }
    Address address;
    try {
      address = name == null ? new Address.Ipv4(ip) : Address.of(name);
    } catch (IllegalArgumentException e) {
      reject(ctx, String.valueOf(e.getMessage()));
      return;
    }
    open(ctx, new Destination(address, port));
  }

  private static int textEnd(ByteBuf in, int from) {
    return in.indexOf(from, in.writerIndex(), (byte) 0);
  }

  private void reject(ChannelHandlerContext ctx, String reason) {
    refuse(ctx, reply(ctx, REJECTED), reason);
  }

  @Override
  ByteBuf success(ChannelHandlerContext ctx) {
    return reply(ctx, GRANTED);
  }

  @Override
  ByteBuf failure(ChannelHandlerContext ctx, OutboundException cause) {
    return reply(ctx, REJECTED);
  }

  private static ByteBuf reply(ChannelHandlerContext ctx, int code) {
    return ctx.alloc().buffer(FIXED_BYTES).writeByte(0).writeByte(code).writeZero(6);
  }
}
