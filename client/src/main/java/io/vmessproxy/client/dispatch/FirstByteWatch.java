package io.vmessproxy.client.dispatch;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.vmessproxy.common.net.EndOfStream;

/**
 * Tells of a stream that ends before the target's first byte, though the application has asked for
 * something and still waits: the server cannot reach the target, or the target hung up.
 *
 * <p>Sits in the stream's pipeline right before the relay; passes everything on, and leaves with
 * the first byte.
 */
final class FirstByteWatch extends ChannelDuplexHandler {
  private final Runnable ended;
  private boolean waiting; // for an answer to what the application has sent
  private boolean over;

  /**
   * @param ended called once at most
   */
  FirstByteWatch(Runnable ended) {
    this.ended = ended;
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
    // An application that ends may be one that has left.
    waiting = msg != EndOfStream.INSTANCE;
    over |= msg == EndOfStream.INSTANCE;
    ctx.write(msg, promise);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (msg instanceof ByteBuf) {
      over = true;
      ctx.fireChannelRead(msg);
      ctx.pipeline().remove(this);
      return;
    }
    if (msg == EndOfStream.INSTANCE) {
      end();
    }
    ctx.fireChannelRead(msg);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    end();
    ctx.fireExceptionCaught(cause);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end();
    ctx.fireChannelInactive();
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    over = true;
    ctx.close(promise);
  }

  private void end() {
    if (waiting && !over) {
      ended.run();
    }
    over = true;
  }
}
