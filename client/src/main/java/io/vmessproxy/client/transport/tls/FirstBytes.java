package io.vmessproxy.client.transport.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Remembers how a server's answer begins, and that a socket failed, for the message about a
 * handshake that comes to nothing. Sits before TLS, until the handshake is over.
 */
final class FirstBytes extends ChannelInboundHandlerAdapter {
  private static final int MAX = 40;
  private static final int MAX_HEX = 8;

  /** Types of TLS records: change cipher spec, alert, handshake, data. */
  private static final int LOWEST_TYPE = 20;

  private static final int HIGHEST_TYPE = 23;

  private final byte[] bytes = new byte[MAX];
  private int length;
  private boolean failed;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (msg instanceof ByteBuf in) {
      int more = Math.min(in.readableBytes(), MAX - length);
      in.getBytes(in.readerIndex(), bytes, length, more);
      length += more;
    }
    ctx.fireChannelRead(msg);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failed = true;
    ctx.fireExceptionCaught(cause);
  }

  boolean isEmpty() {
    return length == 0;
  }

  /** Whether the socket was reset. */
  boolean failed() {
    return failed;
  }

  /** Whether this is no TLS, by the first of them. */
  boolean isPlain() {
    return length > 0 && (bytes[0] < LOWEST_TYPE || bytes[0] > HIGHEST_TYPE);
  }

  /** The first line if it can be printed: {@code "HTTP/1.1 400 Bad Request"}; else in hex. */
  @Override
  public String toString() {
    int printable = 0;
    while (printable < length && bytes[printable] >= ' ' && bytes[printable] < 0x7f) {
      printable++;
    }
    if (printable >= Math.min(length, 2)) {
      return '"' + new String(bytes, 0, printable, StandardCharsets.US_ASCII) + '"';
    }
    return "0x" + HexFormat.of().formatHex(Arrays.copyOf(bytes, Math.min(length, MAX_HEX)));
  }
}
