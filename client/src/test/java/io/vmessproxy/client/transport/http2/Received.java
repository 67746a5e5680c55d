package io.vmessproxy.client.transport.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Counts and hashes what a channel reads; stands at its end. */
final class Received extends ChannelInboundHandlerAdapter {
  private final MessageDigest digest;

  private long bytes;

  /** Done with the digest when so many bytes have come. */
  final CompletableFuture<String> whole = new CompletableFuture<>();

  /** Done when the channel is closed. */
  final CompletableFuture<Void> closed = new CompletableFuture<>();

  /** What went through the pipeline. */
  final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());

  private final long expected;
  private final boolean toggling;
  private int reads;

  Received(long expected, boolean toggling) {
    this.expected = expected;
    this.toggling = toggling;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    ByteBuf in = (ByteBuf) msg;
    bytes += in.readableBytes();
    for (var part : in.nioBuffers()) {
      digest.update(part);
    }
    in.release();
    if (bytes == expected) {
      whole.complete(HexFormat.of().formatHex(digest.digest()));
    }
    if (toggling && ++reads % 7 == 0) {
      ctx.channel().config().setAutoRead(false);
      ctx.executor().execute(() -> ctx.channel().config().setAutoRead(true));
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closed.complete(null);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failures.add(cause);
  }
}
