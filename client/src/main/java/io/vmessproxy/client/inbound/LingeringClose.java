package io.vmessproxy.client.inbound;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection behind its last answer: FIN out, then what still comes in is dropped until
 * the application closes, too, or has had its time.
 *
 * <p>A socket closed with bytes unread sends RST, and an RST can overtake the answer: the
 * application would see a broken connection instead of the reason. Added at the pipeline's head
 * when the answer is written; nothing reaches the handlers behind it any more.
 */
final class LingeringClose extends ChannelInboundHandlerAdapter {
  private static final long WRITE_LIMIT_SECONDS = 300;
  private static final long LIMIT_SECONDS = 2;
  private static final int LIMIT_BYTES = 4 << 20;

  private int droppedBytes;
  private @Nullable ScheduledFuture<?> limit;

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    limit(ctx, WRITE_LIMIT_SECONDS);
    // Also of a connection that has closed before, of which nothing is heard here.
    ctx.channel().closeFuture().addListener(closed -> stop());
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> endOutput(ctx));
  }

  private void endOutput(ChannelHandlerContext ctx) {
    if (!(ctx.channel() instanceof DuplexChannel channel) || !channel.isActive()) {
      ctx.close();
      return;
    }
    if (channel.isInputShutdown()) {
      ctx.close();
      return;
    }
    limit(ctx, LIMIT_SECONDS);
    channel.shutdownOutput();
    channel.config().setAutoRead(true);
  }

  private void limit(ChannelHandlerContext ctx, long seconds) {
    stop();
    limit = ctx.executor().schedule(() -> ctx.close(), seconds, TimeUnit.SECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (msg instanceof ByteBuf bytes) {
      droppedBytes += bytes.readableBytes();
    }
    ReferenceCountUtil.release(msg);
    if (droppedBytes > LIMIT_BYTES) {
      ctx.close();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> ctx.close());
    }
  }

  private void stop() {
    if (limit != null) {
      limit.cancel(false);
      limit = null;
    }
  }
}
