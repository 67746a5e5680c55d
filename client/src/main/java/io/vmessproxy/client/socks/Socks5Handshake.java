package io.vmessproxy.client.socks;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.vmessproxy.client.dispatch.Dispatcher;
import io.vmessproxy.client.session.Credentials;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The SOCKS5 front end: greeting, user and password where asked for, request.
 *
 * <pre>
 *   greeting  05 NMETHODS METHODS...             05 METHOD
 *   login     01 ULEN USER PLEN PASSWORD         01 00 | 01 01
 *   request   05 CMD 00 ATYP ADDRESS PORT        05 REPLY 00 01 00000000 0000
 * </pre>
 *
 * <p>An application that knows the answers may send all of it at once, and its own first bytes
 * behind it. Source: RFC 1928, RFC 1929.
 */
public final class Socks5Handshake extends SocksHandshake {
  /** The first byte. */
  public static final int VERSION = 5;

  private static final int LOGIN_VERSION = 1;
  private static final int NO_LOGIN = 0x00;
  private static final int USER_AND_PASSWORD = 0x02;
  private static final int NONE_ACCEPTABLE = 0xff;

  private static final int CONNECT = 1;
  private static final int IPV4 = 1;
  private static final int DOMAIN = 3;
  private static final int IPV6 = 4;

  /** What makes guessing slow: how long a wrong password waits for its answer. */
  private static final long WRONG_PASSWORD_MILLIS = 250;

  private enum Step {
    GREETING,
    LOGIN,
    REQUEST
  }

  private final Credentials credentials;
  private Step step = Step.GREETING;

  public Socks5Handshake(Credentials credentials, Dispatcher dispatcher) {
    super(dispatcher);
    this.credentials = credentials;
  }

  @Override
  String protocol() {
    return "socks5";
  }

  @Override
  boolean read(ChannelHandlerContext ctx, ByteBuf in) {
    return switch (step) {
      case GREETING -> readGreeting(ctx, in);
      case LOGIN -> readLogin(ctx, in);
      case REQUEST -> readRequest(ctx, in);
    };
  }

  private boolean readGreeting(ChannelHandlerContext ctx, ByteBuf in) {
    int start = in.readerIndex();
    if (in.readableBytes() < 2 || in.readableBytes() < 2 + in.getUnsignedByte(start + 1)) {
      return false;
    }
    int methods = in.skipBytes(1).readUnsignedByte();
    int end = in.readerIndex() + methods;
    boolean noLogin = in.indexOf(in.readerIndex(), end, (byte) NO_LOGIN) >= 0;
    boolean login = in.indexOf(in.readerIndex(), end, (byte) USER_AND_PASSWORD) >= 0;
    in.readerIndex(end);
    if (noLogin && !credentials.required()) {
      ctx.write(pair(ctx, VERSION, NO_LOGIN));
      step = Step.REQUEST;
      return true;
    }
    if (login) {
      // Asked for even where nobody checks: some applications offer nothing else.
      ctx.write(pair(ctx, VERSION, USER_AND_PASSWORD));
      step = Step.LOGIN;
      return true;
    }
    refuse(ctx, pair(ctx, VERSION, NONE_ACCEPTABLE), "no acceptable login method is offered");
    return true;
  }

  private boolean readLogin(ChannelHandlerContext ctx, ByteBuf in) {
    int start = in.readerIndex();
    if (in.readableBytes() < 2) {
      return false;
    }
    int passwordLengthAt = 2 + in.getUnsignedByte(start + 1);
    if (in.readableBytes() <= passwordLengthAt
        || in.readableBytes()
            < passwordLengthAt + 1 + in.getUnsignedByte(start + passwordLengthAt)) {
      return false;
    }
    int version = in.readUnsignedByte();
    String user = in.readCharSequence(in.readUnsignedByte(), StandardCharsets.UTF_8).toString();
    String password = in.readCharSequence(in.readUnsignedByte(), StandardCharsets.UTF_8).toString();
    if (version != LOGIN_VERSION) {
      refuse(ctx, pair(ctx, LOGIN_VERSION, 1), "login version " + version + " (expected: 1)");
      return true;
    }
    if (credentials.required() && !credentials.accept(user, password)) {
      stopReading(ctx);
      ctx.executor()
          .schedule(
              () -> refuse(ctx, pair(ctx, LOGIN_VERSION, 1), "wrong user or password"),
              WRONG_PASSWORD_MILLIS,
              TimeUnit.MILLISECONDS);
      return true;
    }
    ctx.write(pair(ctx, LOGIN_VERSION, 0));
    step = Step.REQUEST;
    return true;
  }

  private boolean readRequest(ChannelHandlerContext ctx, ByteBuf in) {
    int start = in.readerIndex();
    if (in.readableBytes() < 4) {
      return false;
    }
    int addressBytes;
    switch (in.getUnsignedByte(start + 3)) {
      case IPV4 -> addressBytes = Address.Ipv4.BYTES;
      case IPV6 -> addressBytes = Address.Ipv6.BYTES;
      case DOMAIN -> {
        if (in.readableBytes() < 5) {
          return false;
        }
        addressBytes = 1 + in.getUnsignedByte(start + 4);
      }
      default -> {
        int type = in.getUnsignedByte(start + 3);
        refuse(ctx, reply(ctx, Reply.ADDRESS_TYPE), "address type " + type);
        return true;
      }
    }
    if (in.readableBytes() < 4 + addressBytes + 2) {
      return false;
    }
    answer(ctx, in);
    return true;
  }

  /** The request is whole, from its version to its port. */
  private void answer(ChannelHandlerContext ctx, ByteBuf in) {
    int version = in.readUnsignedByte();
    int command = in.readUnsignedByte();
    int type = in.skipBytes(1).readUnsignedByte();
    byte[] octets = new byte[addressLength(type, in)];
    in.readBytes(octets);
    int port = in.readUnsignedShort();
    if (version != VERSION) {
      refuse(ctx, reply(ctx, Reply.GENERAL), "request version " + version + " (expected: 5)");
      return;
    }
    if (command != CONNECT) {
      refuse(ctx, reply(ctx, Reply.COMMAND), "command " + command + " (expected: 1 CONNECT)");
      return;
    }
    if (port == 0) {
      refuse(ctx, reply(ctx, Reply.GENERAL), "port 0 (expected: 1 to 65535)");
      return;
    }
    Address address;
    try {
      address = address(type, octets);
    } catch (IllegalArgumentException e) {
      refuse(ctx, reply(ctx, Reply.GENERAL), String.valueOf(e.getMessage()));
      return;
    }
    open(ctx, new Destination(address, port));
  }

  private static int addressLength(int type, ByteBuf in) {
    return switch (type) {
      case IPV4 -> Address.Ipv4.BYTES;
      case IPV6 -> Address.Ipv6.BYTES;
      default -> in.readUnsignedByte();
    };
  }

  private static Address address(int type, byte[] octets) {
    return type == DOMAIN
        ? Address.of(new String(octets, StandardCharsets.ISO_8859_1))
        : Address.ofBytes(octets);
  }

  @Override
  ByteBuf success(ChannelHandlerContext ctx) {
    return reply(ctx, Reply.SUCCEEDED);
  }

  @Override
  ByteBuf failure(ChannelHandlerContext ctx, OutboundException cause) {
    return reply(
        ctx,
        switch (cause.failure()) {
          case UNRESOLVED, TIMED_OUT -> Reply.HOST_UNREACHABLE;
          case REFUSED -> Reply.REFUSED;
          case UNREACHABLE -> Reply.NETWORK_UNREACHABLE;
          case TRANSPORT, REJECTED, ENDED, EXHAUSTED, INTERNAL -> Reply.GENERAL;
        });
  }

  private enum Reply {
    SUCCEEDED(0),
    GENERAL(1),
    NETWORK_UNREACHABLE(3),
    HOST_UNREACHABLE(4),
    REFUSED(5),
    COMMAND(7),
    ADDRESS_TYPE(8);

    private final int code;

    Reply(int code) {
      this.code = code;
    }
  }

  /**
   * Always an IPv4 address, and always zero: all clients can read it, and it gives nothing away.
   */
  private static ByteBuf reply(ChannelHandlerContext ctx, Reply reply) {
    return ctx.alloc()
        .buffer(10)
        .writeByte(VERSION)
        .writeByte(reply.code)
        .writeByte(0)
        .writeByte(IPV4)
        .writeZero(6);
  }

  private static ByteBuf pair(ChannelHandlerContext ctx, int version, int code) {
    return ctx.alloc().buffer(2).writeByte(version).writeByte(code);
  }
}
