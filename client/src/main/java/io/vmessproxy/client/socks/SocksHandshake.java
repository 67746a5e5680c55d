package io.vmessproxy.client.socks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.vmessproxy.client.dispatch.Dispatcher;
import io.vmessproxy.client.session.HandshakeEvent;
import io.vmessproxy.client.session.InboundReply;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.common.net.Destination;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What SOCKS 4 and 5 share: bytes are gathered until the request is whole, then wait for the relay.
 *
 * <p>Sits behind the listener's guard. Leaves when the stream stands; what was read behind the
 * request is then passed on. Not a {@link ByteToMessageDecoder}: that one drops what it holds when
 * the application sends its FIN, and a FIN may come right behind the request.
 */
abstract class SocksHandshake extends ChannelInboundHandlerAdapter implements InboundReply {
  private static final Logger LOG = LoggerFactory.getLogger(SocksHandshake.class);

  private enum State {
    READING,
    OPENING,
    RELAYED,
    REFUSED
  }

  private final Dispatcher dispatcher;
  private State state = State.READING;
  private ByteBuf unread = Unpooled.EMPTY_BUFFER;
  private @Nullable ChannelHandlerContext context;

  SocksHandshake(Dispatcher dispatcher) {
    this.dispatcher = dispatcher;
  }

  /**
   * Reads one step of the handshake. Does not release {@code in}.
   *
   * @return whether it was there: if not, nothing was consumed
   */
  abstract boolean read(ChannelHandlerContext ctx, ByteBuf in);

  /** The answer to a request whose stream stands. The caller owns it. */
  abstract ByteBuf success(ChannelHandlerContext ctx);

  /** The answer to a request whose stream cannot be opened. The caller owns it. */
  abstract ByteBuf failure(ChannelHandlerContext ctx, OutboundException cause);

  /** The protocol's name in sessions. */
  abstract String protocol();

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (!(msg instanceof ByteBuf bytes)) {
      ctx.fireChannelRead(msg);
      return;
    }
    if (state == State.REFUSED) {
      bytes.release();
      return;
    }
    unread = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), unread, bytes);
    readOn(ctx);
  }

  private void readOn(ChannelHandlerContext ctx) {
    boolean progress = true;
    while (progress && state == State.READING) {
      progress = read(ctx, unread);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ctx.flush();
    ctx.fireChannelReadComplete();
  }

  /** The request is whole: hands it to the dispatcher. */
  final void open(ChannelHandlerContext ctx, Destination destination) {
    requestRead(ctx);
    dispatcher.dispatch(ctx.channel(), Session.of(protocol(), destination), this);
  }

  /** The request is whole: no more is read until {@link #leave} or {@link #refuse}. */
  final void requestRead(ChannelHandlerContext ctx) {
    state = State.OPENING;
    ctx.channel().config().setAutoRead(false);
    ctx.pipeline().fireUserEventTriggered(HandshakeEvent.REQUEST_READ);
  }

  /** Says why, writes the last answer and closes. */
  final void refuse(ChannelHandlerContext ctx, ByteBuf answer, String reason) {
    state = State.REFUSED;
    dispatcher.refusals().write(protocol() + " from " + ctx.channel().remoteAddress(), reason);
    finish(ctx, answer);
  }

  /** No more is read; the answer comes later, with {@link #refuse}. */
  final void stopReading(ChannelHandlerContext ctx) {
    state = State.REFUSED;
    ctx.channel().config().setAutoRead(false);
  }

  private void finish(ChannelHandlerContext ctx, ByteBuf answer) {
    ctx.writeAndFlush(answer);
    ctx.pipeline().fireUserEventTriggered(HandshakeEvent.LAST_ANSWER);
  }

  @Override
  public final void connected() {
    ChannelHandlerContext ctx = context();
    leave(ctx, success(ctx));
  }

  /** Writes the answer and leaves the pipeline to who stands behind, with what was read too far. */
  final void leave(ChannelHandlerContext ctx, ByteBuf answer) {
    state = State.RELAYED;
    ctx.writeAndFlush(answer);
    if (!ctx.isRemoved()) {
      ctx.pipeline().remove(this);
    }
  }

  @Override
  public final void failed(OutboundException cause) {
    ChannelHandlerContext ctx = context();
    state = State.REFUSED;
    finish(ctx, failure(ctx, cause));
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return context;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent && state == State.READING) {
      ctx.close();
      return;
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    ByteBuf rest = unread;
    unread = Unpooled.EMPTY_BUFFER;
    if (state != State.RELAYED || !rest.isReadable()) {
      rest.release();
      return;
    }
    ctx.fireChannelRead(rest);
    ctx.fireChannelReadComplete();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("{} from {}: {}", protocol(), ctx.channel().remoteAddress(), cause.toString());
    ctx.close();
  }
}
