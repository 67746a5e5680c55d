package io.vmessproxy.client.transport.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** Writes so many bytes as fast as its channel takes them. */
final class Sender extends ChannelInboundHandlerAdapter {
  private static final int PIECE = 30_000;

  private final SplittableRandom random = new SplittableRandom(1);
  private final MessageDigest digest;
  private long left;

  /** How many bytes were written, waiting or not. */
  final AtomicLong written = new AtomicLong();

  /** Done with the digest when all is written out. */
  final CompletableFuture<String> whole = new CompletableFuture<>();

  Sender(long bytes) {
    this.left = bytes;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  void start(Channel channel) {
    channel.eventLoop().execute(() -> send(channel));
  }

  private void send(Channel channel) {
    while (left > 0 && channel.isWritable()) {
      byte[] piece = new byte[(int) Math.min(left, 1 + random.nextInt(PIECE))];
      random.nextBytes(piece);
      digest.update(piece);
      left -= piece.length;
      written.addAndGet(piece.length);
      ByteBuf out = channel.alloc().buffer(piece.length).writeBytes(piece);
      ChannelFuture done = channel.write(out);
      if (done.isDone() && !done.isSuccess()) {
        left = 0; // Closed: it would fail for ever.
      } else if (left == 0) {
        complete(done, HexFormat.of().formatHex(digest.digest()));
      }
    }
    channel.flush();
  }

  private void complete(ChannelFuture done, String hash) {
    done.addListener(
        last -> {
          if (last.isSuccess()) {
            whole.complete(hash);
          } else {
            whole.completeExceptionally(last.cause());
          }
        });
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      send(ctx.channel());
    }
    ctx.fireChannelWritabilityChanged();
  }
}
