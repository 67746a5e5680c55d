package io.vmessproxy.client.outbound;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Says hello as TLS does to a server that closes behind a plain header: Go's servers of TLS say
 * nothing to whom does not speak it.
 */
final class TlsKnock extends SimpleChannelInboundHandler<ByteBuf> {
  private static final int ALERT = 0x15;
  private static final int HANDSHAKE = 0x16;
  private static final int MAJOR = 3;
  private static final int RANDOM_BYTES = 32;

  /** The record's and the message's heads, and TLS 1.2: RFC 5246 §7.4.1.2. */
  private static final byte[] BEFORE_RANDOM =
      HexFormat.of().parseHex("160301003101" + "00002d0303");

  /** No session; three ciphers of TLS 1.3 and 1.2; no compression. */
  private static final byte[] BEHIND_RANDOM =
      HexFormat.of().parseHex("000006" + "1301c02fc02b" + "0100");

  private final Promise<Void> answered;

  private TlsKnock(Promise<Void> answered) {
    this.answered = answered;
  }

  /**
   * Done when the server answers in TLS, and else never: the connection is ended by cancelling.
   *
   * @param dial of a server without other layers
   */
  static Future<Void> start(VmessDial dial, SecureRandom random, EventLoop loop) {
    Promise<Void> answered = loop.newPromise();
    Future<Channel> opening = dial.connectBare(loop, new TlsKnock(answered));
    opening.addListener(
        opened -> {
          if (opened.isSuccess()) {
            opening.getNow().writeAndFlush(hello(random));
          }
        });
    answered.addListener(done -> VmessDial.abandon(opening));
    return answered;
  }

  private static ByteBuf hello(SecureRandom random) {
    byte[] drawn = new byte[RANDOM_BYTES];
    random.nextBytes(drawn);
    return Unpooled.wrappedBuffer(BEFORE_RANDOM, drawn, BEHIND_RANDOM);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
    if (bytes.readableBytes() < 2) {
      return;
    }
    int type = bytes.getUnsignedByte(bytes.readerIndex());
    boolean record = type == ALERT || type == HANDSHAKE;
    if (record && bytes.getByte(bytes.readerIndex() + 1) == MAJOR) {
      answered.trySuccess(null);
    }
  }
}
