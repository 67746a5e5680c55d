package io.vmessproxy.client.dispatch;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.vmessproxy.client.session.InboundReply;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.policy.Policy;
import io.vmessproxy.common.relay.Relay;
import io.vmessproxy.common.relay.SocketEnd;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An application's tunnel until its target's first byte: keeps what the application sends, so that
 * another server can be asked the same. Then, or when that would not be safe any more ({@link
 * ReplayRule}), a {@link Relay} takes over.
 *
 * <p>Stands at the tail of the application's pipeline from the first stream on.
 */
final class Tunnel extends ChannelInboundHandlerAdapter implements Contest.Asker {
  private static final Logger LOG = LoggerFactory.getLogger(Tunnel.class);

  private final Dispatcher dispatcher;
  private final Channel inbound;
  private final Session session;
  private final InboundReply reply;
  private final Contest contest;
  private final ReplayRule rule = new ReplayRule();

  private ByteBuf sent = Unpooled.EMPTY_BUFFER; // on the heap, so nobody has to release it
  private boolean connected;
  private boolean ended;
  private boolean joined; // to one stream, for good
  private Policy policy = Policy.DEFAULT;
  private long touchedNanos;
  private @Nullable ScheduledFuture<?> idleCheck;

  Tunnel(Dispatcher dispatcher, Channel inbound, Session session, InboundReply reply) {
    this.dispatcher = dispatcher;
    this.inbound = inbound;
    this.session = session;
    this.reply = reply;
    this.contest = dispatcher.contest(session, inbound.eventLoop(), this);
  }

  /** Opens the first stream. */
  void open() {
    // An application that leaves takes its streams along.
    inbound.closeFuture().addListener(closed -> left());
    contest.start();
  }

  private void left() {
    stopIdleCheck();
    if (joined) {
      contest.leave(); // The relay ends the stream in its own way.
    } else {
      contest.cancel();
    }
  }

  @Override
  public void ask(OpenStream stream) {
    policy = stream.policy();
    if (connected) {
      askAgain(stream);
    } else {
      connect(stream);
    }
  }

  /** The first stream stands. */
  private void connect(OpenStream stream) {
    connected = true;
    inbound.pipeline().addLast(new SocketEnd());
    if (!contest.mayAskAgain(stream) && !dispatcher.hint().concerns(session)) {
      // There is nowhere else to go, so there is nothing to keep.
      joined = true;
      Relay relay = Relay.join(inbound, stream.channel(), policy);
      reply.connected();
      relay.start();
      return;
    }
    inbound.pipeline().addLast(this);
    touchedNanos = System.nanoTime();
    scheduleIdleCheck(idleLimitNanos());
    // What the handshake has read too far comes now.
    reply.connected();
    if (!joined && !ended && inbound instanceof DuplexChannel duplex && duplex.isInputShutdown()) {
      // The application's FIN came before there was anyone to hear of it.
      end();
    }
    begin(stream);
  }

  private void askAgain(OpenStream stream) {
    if (sent.isReadable()) {
      stream.channel().write(Unpooled.copiedBuffer(sent));
    }
    if (ended) {
      stream.channel().write(EndOfStream.INSTANCE);
    }
    begin(stream);
    if (!joined && !rule.safe()) {
      settle();
    }
  }

  private void begin(OpenStream stream) {
    stream.channel().flush();
    if (!joined) {
      stream.channel().config().setAutoRead(true);
      readOn();
    }
  }

  @Override
  public boolean repeatable() {
    return !joined && rule.safe();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    touchedNanos = System.nanoTime();
    if (msg == EndOfStream.INSTANCE) {
      end();
    } else if (msg instanceof ByteBuf bytes) {
      send(bytes);
    } else {
      ReferenceCountUtil.release(msg);
    }
  }

  private void end() {
    ended = true;
    stopIdleCheck();
    scheduleIdleCheck(idleLimitNanos());
    contest.running().forEach(one -> one.stream().channel().writeAndFlush(EndOfStream.INSTANCE));
  }

  private void send(ByteBuf bytes) {
    boolean safe = rule.add(bytes);
    if (rule.complete()) {
      dispatcher.hint().saw(session, rule);
    }
    if (safe || contest.running().isEmpty()) {
      keep(bytes);
    } else {
      settle(); // These bytes go to one stream alone.
    }
    List<Entrant> streams = contest.running();
    streams.forEach(one -> one.stream().channel().write(bytes.retainedDuplicate()));
    bytes.release();
    readOn();
  }

  private void keep(ByteBuf bytes) {
    if (!sent.isReadable()) {
      sent = Unpooled.buffer(bytes.readableBytes());
    }
    sent.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
  }

  /** What was sent cannot be sent once more, so nothing has to be kept either. */
  private void settle() {
    OpenStream stream = contest.settle();
    if (stream != null) {
      join(stream);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    contest.running().forEach(one -> one.stream().channel().flush());
    ctx.fireChannelReadComplete();
  }

  /** The application is read while there is a stream to send to: what it may send is bounded. */
  private void readOn() {
    if (!joined) {
      inbound.config().setAutoRead(!contest.running().isEmpty());
    }
  }

  @Override
  public void answered(OpenStream stream) {
    if (!joined) {
      join(stream);
    }
  }

  @Override
  public void ended(OpenStream stream, boolean waiting) {
    if (waiting) {
      dispatcher.report(session, Contest.failure(session, stream), inbound.eventLoop());
    }
    if (!joined) {
      join(stream);
    }
  }

  @Override
  public void failed(Throwable cause) {
    var failure = Dispatcher.outboundException(cause, session);
    dispatcher.report(session, failure, inbound.eventLoop());
    if (!connected) {
      reply.failed(failure);
      return;
    }
    stopIdleCheck();
    // What was promised with "connected" cannot be kept: not to be taken for an end.
    inbound.config().setOption(ChannelOption.SO_LINGER, 0);
    inbound.close();
  }

  /** From here on bytes go straight from one channel to the other. */
  private void join(OpenStream stream) {
    joined = true;
    sent = Unpooled.EMPTY_BUFFER;
    stopIdleCheck();
    Relay relay = Relay.join(inbound, stream.channel(), stream.policy());
    inbound.pipeline().remove(this);
    relay.start(ended);
  }

  private long idleLimitNanos() {
    return (ended ? policy.downlinkOnly() : policy.connIdle()).toNanos();
  }

  private void scheduleIdleCheck(long nanos) {
    idleCheck =
        inbound.eventLoop().schedule(this::checkIdle, Math.max(1, nanos), TimeUnit.NANOSECONDS);
  }

  private void stopIdleCheck() {
    if (idleCheck != null) {
      idleCheck.cancel(false);
      idleCheck = null;
    }
  }

  private void checkIdle() {
    long left = idleLimitNanos() - (System.nanoTime() - touchedNanos);
    if (left > 0) {
      scheduleIdleCheck(left);
      return;
    }
    idleCheck = null;
    LOG.debug("{}: nothing moved for its policy's time", session);
    inbound.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("{}: {}", session, cause.toString());
    ctx.close();
  }
}
