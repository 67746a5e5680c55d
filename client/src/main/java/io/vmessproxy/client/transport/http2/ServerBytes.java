package io.vmessproxy.client.transport.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.TransportException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sees a server's bytes before the HTTP/2 codec does: tells by the first one that it speaks
 * something else, and remembers when the last ones came. Stays.
 */
final class ServerBytes extends ChannelInboundHandlerAdapter {
  /** The first frame is of settings; no server's are 64 KiB. */
  private static final int HTTP2_FIRST_BYTE = 0;

  private static final int TLS_ALERT_FIRST_BYTE = 0x15;

  private final OutboundConnection connection;
  private final String stage;
  private @Nullable ChannelHandlerContext context;
  private boolean begun;
  private long lastNanos;

  ServerBytes(OutboundConnection connection, String stage) {
    this.connection = connection;
    this.stage = stage;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    lastNanos = System.nanoTime();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    lastNanos = System.nanoTime();
    ByteBuf bytes = (ByteBuf) msg;
    if (!begun && bytes.isReadable()) {
      begun = true;
      int first = bytes.getUnsignedByte(bytes.readerIndex());
      if (first != HTTP2_FIRST_BYTE) {
        TransportException otherProtocol = judge(first, bytes);
        ReferenceCountUtil.release(msg);
        connection.failed(otherProtocol);
        return;
      }
    }
    ctx.fireChannelRead(msg);
  }

  private TransportException judge(int first, ByteBuf bytes) {
    if (first == TLS_ALERT_FIRST_BYTE) {
      return new TransportException(
          Failure.PLAIN_TO_TLS,
          stage,
          "answered with a TLS alert",
          "the server wants TLS: switch it on");
    }
    String text = bytes.toString(StandardCharsets.ISO_8859_1);
    // What nginx and Go say to whom speaks plainly where they want TLS.
    if (text.contains("HTTPS port") || text.contains("HTTPS server")) {
      return new TransportException(
          Failure.PLAIN_TO_TLS,
          stage,
          "answered that this is an HTTPS port",
          "the server wants TLS: switch it on");
    }
    if (text.startsWith("HTTP/1")) {
      return new TransportException(
          Failure.TRANSPORT,
          stage,
          "speaks HTTP/1.1, not HTTP/2: " + PeerWords.of(text.lines().findFirst().orElse("")),
          "is this the right transport and port?");
    }
    return new TransportException(
        Failure.TRANSPORT,
        stage,
        "speaks something else than HTTP/2 (first byte 0x%02x)".formatted(first),
        "is this the right transport and port?");
  }

  /** When the last bytes came, or the connection was made. */
  long lastNanos() {
    return lastNanos;
  }

  boolean silentFor(Duration limit) {
    return System.nanoTime() - lastNanos > limit.toNanos();
  }

  /** Closes the connection past the codec, which would wait for its streams. */
  void abort() {
    Objects.requireNonNull(context).close();
  }
}
