package io.vmessproxy.client.socks;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.dispatch.Dispatcher;
import io.vmessproxy.client.session.Credentials;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The SOCKS5 front end: greeting, user and password where asked for, request.
 *
 * <pre>
 *   greeting  05 NMETHODS METHODS...             05 METHOD
 *   login     01 ULEN USER PLEN PASSWORD         01 00 | 01 01
 *   request   05 CMD 00 ATYP ADDRESS PORT        05 REPLY 00 ATYP ADDRESS PORT
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
  private static final int UDP_ASSOCIATE = 3;

  /** What makes guessing slow: how long a wrong password waits for its answer. */
  private static final long WRONG_PASSWORD_MILLIS = 250;

  private enum Step {
    GREETING,
    LOGIN,
    REQUEST
  }

  private final Credentials credentials;
  private final @Nullable UdpAssociations udp;
  private Step step = Step.GREETING;

  /**
   * @param udp opens associations; null where there are none
   */
  public Socks5Handshake(
      Credentials credentials, Dispatcher dispatcher, @Nullable UdpAssociations udp) {
    super(dispatcher);
    this.credentials = credentials;
    this.udp = udp;
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
    int type = in.getUnsignedByte(start + 3);
    if (!Socks5Address.known(type)) {
      refuse(ctx, reply(ctx, Socks5Reply.ADDRESS_TYPE), "address type " + type);
      return true;
    }
    if (!Socks5Address.whole(type, in, start + 4)) {
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
    byte[] octets = Socks5Address.readOctets(type, in);
    int port = in.readUnsignedShort();
    if (version != VERSION) {
      refuse(ctx, reply(ctx, Socks5Reply.GENERAL), "request version " + version + " (expected: 5)");
    } else if (command == CONNECT) {
      connect(ctx, type, octets, port);
    } else if (command == UDP_ASSOCIATE && udp != null) {
      associate(ctx, udp, type, octets, port);
    } else {
      String expected = udp == null ? "1 CONNECT" : "1 CONNECT or 3 UDP ASSOCIATE";
      refuse(
          ctx,
          reply(ctx, Socks5Reply.COMMAND),
          "command " + command + " (expected: " + expected + ")");
    }
  }

  private void connect(ChannelHandlerContext ctx, int type, byte[] octets, int port) {
    if (port == 0) {
      refuse(ctx, reply(ctx, Socks5Reply.GENERAL), "port 0 (expected: 1 to 65535)");
      return;
    }
    Address address;
    try {
      address = Socks5Address.of(type, octets);
    } catch (IllegalArgumentException e) {
      refuse(ctx, reply(ctx, Socks5Reply.GENERAL), String.valueOf(e.getMessage()));
      return;
    }
    open(ctx, new Destination(address, port));
  }

  /** The address is where the application sends from, if it knows. */
  private void associate(
      ChannelHandlerContext ctx, UdpAssociations udp, int type, byte[] octets, int port) {
    requestRead(ctx);
    Address sender = type == Socks5Address.DOMAIN ? null : Socks5Address.of(type, octets);
    Future<UdpAssociations.Opened> opening = udp.open(ctx.channel(), sender, port);
    opening.addListener(
        done -> {
          if (!ctx.channel().isActive()) {
            return;
          }
          if (!opening.isSuccess()) {
            String why = "UDP ASSOCIATE: " + opening.cause().getMessage();
            refuse(ctx, reply(ctx, Socks5Reply.GENERAL), why);
            return;
          }
          UdpAssociations.Opened opened = opening.getNow();
          ctx.pipeline()
              .addLast(new UdpControl(opened.association(), udp.limits().halfClosedIdle()));
          leave(ctx, Socks5Reply.SUCCEEDED.message(ctx.alloc(), opened.address()));
        });
  }

  @Override
  ByteBuf success(ChannelHandlerContext ctx) {
    return reply(ctx, Socks5Reply.SUCCEEDED);
  }

  @Override
  ByteBuf failure(ChannelHandlerContext ctx, OutboundException cause) {
    return reply(
        ctx,
        switch (cause.failure().kind()) {
          case UNRESOLVED, TIMED_OUT -> Socks5Reply.HOST_UNREACHABLE;
          case REFUSED -> Socks5Reply.REFUSED;
          case UNREACHABLE -> Socks5Reply.NETWORK_UNREACHABLE;
          case TRANSPORT, REJECTED, ENDED, EXHAUSTED, INTERNAL -> Socks5Reply.GENERAL;
        });
  }

  private static ByteBuf reply(ChannelHandlerContext ctx, Socks5Reply reply) {
    return reply.message(ctx.alloc());
  }

  private static ByteBuf pair(ChannelHandlerContext ctx, int version, int code) {
    return ctx.alloc().buffer(2).writeByte(version).writeByte(code);
  }
}
