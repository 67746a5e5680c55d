package io.vmessproxy.client.transport.http1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.ReferenceCountUtil;
import io.vmessproxy.client.transport.LateFailure;
import io.vmessproxy.client.transport.ServerDate;
import io.vmessproxy.client.transport.TransportException;

/**
 * Takes the head of an answer off a stream of bytes, whatever it says of their encoding, and
 * leaves. One that refuses closes the channel, with a {@link LateFailure}.
 */
public final class SkippedHead extends ChannelInboundHandlerAdapter {
  private static final int FIRST_REFUSAL = 400;

  private final Refusals refusals;
  private final HeadReader reader = new HeadReader();
  private boolean failed;

  public SkippedHead(Refusals refusals) {
    this.refusals = refusals;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (failed) {
      ReferenceCountUtil.release(msg);
      return;
    }
    reader.append(ctx.alloc(), (ByteBuf) msg);
    try {
      skip(ctx);
    } catch (HeadException e) {
      fail(ctx, refusals.notHttp(e));
    } catch (TransportException e) {
      fail(ctx, e);
    }
  }

  private void skip(ChannelHandlerContext ctx) throws TransportException {
    refusals.checkFirstBytes(reader.seen());
    Head head = reader.head();
    if (head == null) {
      return;
    }
    ResponseHead answer = ResponseHead.of(head);
    ServerDate.note(ctx.channel(), answer.headers().get(HttpHeaderNames.DATE));
    if (answer.status() >= FIRST_REFUSAL) {
      throw refusals.status(answer, reader.seen());
    }
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

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (!failed && !ctx.channel().config().isAutoRead()) {
      ctx.read(); // Who asked for bytes has not got any yet.
    }
    ctx.fireChannelReadComplete();
  }

  /** Closes only: an exception would reach whoever takes it for an error of our own end. */
  private void fail(ChannelHandlerContext ctx, TransportException cause) {
    failed = true;
    reader.release();
    LateFailure.note(ctx.channel(), cause);
    ctx.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    reader.release();
  }
}
