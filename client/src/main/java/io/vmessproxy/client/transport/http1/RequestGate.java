package io.vmessproxy.client.transport.http1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * The beginning of a connection that was accepted: reads the head of one request, lets it in or
 * refuses it, and leaves. What came behind the head goes on to who was let in. Time is bounded by
 * the server.
 */
public abstract class RequestGate extends ChannelInboundHandlerAdapter {
  private static final int LINGER_MILLIS = 500;

  private final HeadReader reader = new HeadReader();
  private boolean refused;

  /**
   * Lets a request in: answers it, and adds what takes the bytes behind it to the pipeline.
   *
   * @throws RefusedRequest if it is not for us
   * @throws HeadException if it makes no sense
   */
  protected abstract void admit(ChannelHandlerContext ctx, RequestHead request)
      throws RefusedRequest;

  /** The answer to what is no request. */
  protected abstract HeadText badRequest();

  @Override
  public final void handlerAdded(ChannelHandlerContext ctx) {
    if (ctx.channel().isActive()) {
      ctx.read();
    }
  }

  @Override
  public final void channelActive(ChannelHandlerContext ctx) {
    ctx.fireChannelActive();
    ctx.read();
  }

  @Override
  public final void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (refused) {
      ReferenceCountUtil.release(msg);
      return;
    }
    reader.append(ctx.alloc(), (ByteBuf) msg);
    try {
      Head head = reader.head();
      if (head != null) {
        admit(ctx, RequestHead.of(head));
        leave(ctx);
      }
    } catch (HeadException e) {
      refuse(ctx, badRequest());
    } catch (RefusedRequest e) {
      refuse(ctx, e.answer());
    }
  }

  private void leave(ChannelHandlerContext ctx) {
    ByteBuf rest = reader.takeRest();
    if (rest.isReadable()) {
      ctx.fireChannelRead(rest);
    } else {
      rest.release();
    }
    if (!ctx.isRemoved()) {
      ctx.pipeline().remove(this);
    }
  }

  private void refuse(ChannelHandlerContext ctx, HeadText answer) {
    refused = true;
    reader.release();
    ctx.writeAndFlush(answer.toBuffer());
    // Closed with bytes unread, a socket is reset, and the answer lost on its way. Go's servers
    // wait as long.
    ctx.executor().schedule(() -> ctx.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public final void channelReadComplete(ChannelHandlerContext ctx) {
    if (!ctx.channel().config().isAutoRead()) {
      ctx.read();
    }
  }

  @Override
  public final void handlerRemoved(ChannelHandlerContext ctx) {
    reader.release();
  }
}
