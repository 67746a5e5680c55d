package io.vmessproxy.client.dispatch;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.client.session.StreamFeedback;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.EndOfStream;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of an association, from its target's first datagram until it idles, ends or makes
 * room. A stream that could not be opened stays for a pause, so that not every datagram tries anew.
 *
 * <p>Sits at the tail of the stream's channel once that stands, and passes its answers on.
 */
final class DatagramStream extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(DatagramStream.class);

  /** Datagrams unanswered for so long may be as they are, or the server's fault. */
  private static final long DOUBTFUL_NANOS = TimeUnit.SECONDS.toNanos(2);

  private enum State {
    OPENING,
    OPEN,
    FAILED,
    CLOSED
  }

  private final DatagramStreams owner;
  private final Destination key;
  private final Session session;
  private final ArrayDeque<Datagram> waiting = new ArrayDeque<>();
  private final ChannelFutureListener countUnsent;

  private State state = State.OPENING;
  private int waitingBytes;
  private boolean unflushed;
  private long idleNanos;
  private long touchedNanos;
  private @Nullable Future<OpenStream> opening;
  private @Nullable Channel channel;
  private StreamFeedback feedback = StreamFeedback.NONE;
  private boolean unanswered;
  private long unansweredNanos;
  private @Nullable ScheduledFuture<?> timer;

  /**
   * @param key what {@code owner} knows the stream by
   */
  DatagramStream(DatagramStreams owner, Destination key, Session session) {
    this.owner = owner;
    this.key = key;
    this.session = session;
    this.countUnsent =
        written -> {
          if (!written.isSuccess()) {
            owner.counts().dropped(Drop.UNSENT);
          }
        };
  }

  /** The stream is being opened; called once, before anything is sent. */
  void opening(Future<OpenStream> future) {
    opening = future;
    future.addListener(opened -> opened(future));
  }

  private void opened(Future<OpenStream> future) {
    if (state == State.CLOSED) {
      if (future.isSuccess()) {
        future.getNow().channel().close();
      }
    } else if (future.isSuccess()) {
      start(future.getNow());
    } else {
      fail(future.cause());
    }
  }

  private void start(OpenStream stream) {
    Channel opened = stream.channel();
    state = State.OPEN;
    channel = opened;
    feedback = stream.feedback();
    idleNanos = stream.policy().connIdle().toNanos();
    opened.pipeline().addLast(this);
    if (!opened.isActive()) {
      close();
      return;
    }
    touch();
    schedule(this::checkIdle, idleNanos);
    while (!waiting.isEmpty() && state == State.OPEN) {
      write(opened, nextWaiting());
    }
    opened.flush();
    opened.config().setAutoRead(true);
  }

  private void fail(Throwable cause) {
    state = State.FAILED;
    dropWaiting();
    schedule(this::close, owner.limits().retryPause().toNanos());
    if (!(cause instanceof OutboundException)) {
      LOG.error("{}: opening its stream", session, cause);
      return;
    }
    LOG.debug("{}: {}", session, cause.getMessage());
    owner.failures().write(String.valueOf(cause.getMessage()), owner.loop());
  }

  /** Takes a datagram over: writes it, lets it wait for the stream to open, or drops it. */
  void send(Datagram datagram) {
    Channel open = channel;
    if (state == State.OPEN && open != null) {
      touch();
      doubt();
      write(open, datagram);
    } else if (state == State.OPENING) {
      await(datagram);
    } else {
      owner.drop(datagram, Drop.NO_STREAM);
    }
  }

  /** Whether its server has turned out not to serve, while another one does. */
  boolean isLost() {
    return state == State.OPEN && feedback.ejected();
  }

  private void doubt() {
    if (!unanswered) {
      unanswered = true;
      unansweredNanos = touchedNanos;
    } else if (touchedNanos - unansweredNanos > DOUBTFUL_NANOS) {
      feedback.doubt(touchedNanos - unansweredNanos);
      unansweredNanos = touchedNanos;
    }
  }

  private void await(Datagram datagram) {
    int bytes = datagram.content().readableBytes();
    StreamLimits limits = owner.limits();
    if (waiting.size() >= limits.waiting()
        || waitingBytes + bytes > limits.waitingBytes()
        || !owner.reserve(bytes)) {
      owner.drop(datagram, Drop.WAITING);
      return;
    }
    waitingBytes += bytes;
    // What was read is a part of a buffer that could hold the largest datagram: not to be kept.
    waiting.add(datagram.replace(datagram.content().copy()));
    datagram.release();
  }

  private Datagram nextWaiting() {
    Datagram next = waiting.remove();
    int bytes = next.content().readableBytes();
    waitingBytes -= bytes;
    owner.release(bytes);
    return next;
  }

  private void write(Channel open, Datagram datagram) {
    if (!open.isWritable()) {
      open.flush();
    }
    if (!open.isWritable()) {
      owner.drop(datagram, Drop.CONGESTED);
      return;
    }
    owner.counts().sent(datagram.content().readableBytes());
    open.write(datagram).addListener(countUnsent);
    if (!unflushed) {
      unflushed = true;
      owner.unflushed(this);
    }
  }

  void flush() {
    unflushed = false;
    if (channel != null) {
      channel.flush();
    }
  }

  private void touch() {
    touchedNanos = owner.loop().ticker().nanoTime();
  }

  private void checkIdle() {
    long left = idleNanos - (owner.loop().ticker().nanoTime() - touchedNanos);
    if (left > 0) {
      schedule(this::checkIdle, left);
      return;
    }
    close();
  }

  private void schedule(Runnable task, long nanos) {
    timer = owner.loop().schedule(task, Math.max(1, nanos), TimeUnit.NANOSECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) {
    if (msg == EndOfStream.INSTANCE) {
      close();
    } else if (msg instanceof Datagram answer && state == State.OPEN) {
      touch();
      unanswered = false;
      owner.used(key);
      owner.answers().answered(answer);
    } else {
      ReferenceCountUtil.release(msg);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    owner.answers().flush();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("{}: {}", session, cause.toString());
    close();
  }

  /** Ends the stream, however far it has come; the target's next datagram opens a new one. */
  void close() {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    owner.remove(key, this);
    if (timer != null) {
      timer.cancel(false);
    }
    dropWaiting();
    if (channel == null) {
      // Where it stands already, though nobody has told yet, opened() closes it.
      abandon();
      return;
    }
    if (channel.isActive()) {
      channel.writeAndFlush(EndOfStream.INSTANCE);
    }
    channel.close();
  }

  private void abandon() {
    if (opening != null) {
      opening.cancel(false);
    }
  }

  private void dropWaiting() {
    while (!waiting.isEmpty()) {
      owner.drop(nextWaiting(), Drop.NO_STREAM);
    }
  }
}
