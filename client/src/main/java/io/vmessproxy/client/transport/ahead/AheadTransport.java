package io.vmessproxy.client.transport.ahead;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.PromiseNotifier;
import io.vmessproxy.client.transport.OutboundTransport;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps some connections to a server open in advance, so that a stream does not wait for the
 * handshakes of TCP, TLS and whatever else is below VMess.
 *
 * <p>A server gives a connection some seconds to say what it wants, so one that nobody takes is
 * closed before that and another one opened: for as long as streams are asked for now and then.
 * What goes wrong with such a connection is nobody's concern; the stream that needs one opens it.
 */
public final class AheadTransport implements OutboundTransport {
  private static final Logger LOG = LoggerFactory.getLogger(AheadTransport.class);

  private static final AttributeKey<Boolean> AHEAD = AttributeKey.valueOf("ahead");

  private final OutboundTransport below;
  private final int most;
  private final Semaphore room;
  private final Times times;

  /** Those that are open or being opened. */
  private final AtomicInteger count = new AtomicInteger();

  /** Those that are open, on all loops. */
  private final Deque<Idle> idle = new ConcurrentLinkedDeque<>();

  private final AtomicInteger generation = new AtomicInteger();
  private volatile long lastAskedNanos;

  /**
   * How long things last.
   *
   * @param life of a connection that nobody takes, from the beginning of its opening: less than any
   *     server waits for a first byte, V2Ray's 4 s included
   * @param interest for how long connections are kept open after a stream was asked for
   */
  public record Times(Duration life, Duration interest) {
    /** For servers as they are. */
    public static final Times USUAL = new Times(Duration.ofSeconds(3), Duration.ofSeconds(30));
  }

  /**
   * @param most how many are open at once, at the most
   * @param room for those of all servers together
   */
  public AheadTransport(OutboundTransport below, int most, Semaphore room, Times times) {
    this.below = below;
    this.most = most;
    this.room = room;
    this.times = times;
  }

  /** Whether a channel was opened before it was asked for. */
  public static boolean isAhead(Channel channel) {
    return channel.hasAttr(AHEAD);
  }

  /** How many are ready now. */
  int ready() {
    return idle.size();
  }

  @Override
  public Future<Channel> open(EventLoop loop) {
    lastAskedNanos = System.nanoTime();
    Idle ready = claim();
    Future<Channel> opened;
    if (ready == null) {
      opened = below.open(loop);
    } else {
      Promise<Channel> promise = loop.newPromise();
      take(ready, loop, promise);
      opened = promise;
    }
    fill(loop);
    return opened;
  }

  /** The youngest, to be given away: there is room for another one from now on. */
  private @Nullable Idle claim() {
    Idle youngest = idle.pollLast();
    if (youngest != null) {
      youngest.over();
    }
    return youngest;
  }

  private void take(@Nullable Idle ready, EventLoop loop, Promise<Channel> promise) {
    if (ready == null) {
      Future<Channel> opening = below.open(loop);
      PromiseNotifier.cascade(opening, promise);
    } else if (ready.loop.inEventLoop()) {
      ready.hand(loop, promise);
    } else {
      ready.loop.execute(() -> ready.hand(loop, promise));
    }
  }

  /** What fails at once is not tried again at once: at most one opening for each that may be. */
  private void fill(EventLoop loop) {
    for (int i = 0; i < most && reserve(); i++) {
      long startNanos = System.nanoTime();
      int begunIn = generation.get();
      Future<Channel> opening = below.open(loop);
      opening.addListener(
          opened -> {
            if (opened.isSuccess()) {
              new Idle(opening.getNow(), loop).begin(startNanos, begunIn);
            } else {
              LOG.debug("not opened in advance: {}", String.valueOf(opened.cause()));
              giveBack();
            }
          });
    }
  }

  private boolean reserve() {
    if (count.incrementAndGet() > most) {
      count.decrementAndGet();
      return false;
    }
    if (!room.tryAcquire()) {
      count.decrementAndGet();
      return false;
    }
    return true;
  }

  private void giveBack() {
    count.decrementAndGet();
    room.release();
  }

  /** Closes those that nobody has taken, or will; the next stream asks for others. */
  @Override
  public void retire() {
    below.retire();
    generation.incrementAndGet();
    idle.forEach(one -> one.channel.close());
  }

  /** A connection that waits to be taken. */
  private final class Idle extends ChannelInboundHandlerAdapter {
    private final Channel channel;
    private final EventLoop loop;
    private final AtomicBoolean over = new AtomicBoolean();

    Idle(Channel channel, EventLoop loop) {
      this.channel = channel;
      this.loop = loop;
    }

    void begin(long startNanos, int begunIn) {
      if (!channel.isActive() || begunIn != generation.get()) {
        over();
        channel.close();
        return;
      }
      channel.pipeline().addLast(this);
      channel.config().setAutoRead(true); // To see the server close it.
      long left = times.life().toNanos() - (System.nanoTime() - startNanos);
      Future<?> end = loop.schedule(this::outOfTime, Math.max(0, left), TimeUnit.NANOSECONDS);
      channel.closeFuture().addListener(closed -> end.cancel(false));
      idle.add(this);
      if (begunIn != generation.get() && idle.remove(this)) {
        channel.close(); // Retired meanwhile, by another thread.
      }
    }

    private void outOfTime() {
      if (over.get()) {
        return; // It is in use.
      }
      over();
      channel.close();
      if (System.nanoTime() - lastAskedNanos < times.interest().toNanos()) {
        fill(loop);
      }
    }

    /** Gives it away as it was opened, to a stream on any loop. */
    void hand(EventLoop to, Promise<Channel> promise) {
      if (!channel.isActive()) {
        take(claim(), to, promise);
        return;
      }
      channel.config().setAutoRead(false);
      channel.pipeline().remove(this);
      channel.attr(AHEAD).set(Boolean.TRUE);
      if (to == loop) {
        give(promise);
      } else {
        channel.deregister().addListener(done -> move(to, promise));
      }
    }

    private void move(EventLoop to, Promise<Channel> promise) {
      to.register(channel)
          .addListener(
              registered -> {
                if (registered.isSuccess()) {
                  give(promise);
                } else {
                  channel.close();
                  promise.tryFailure(registered.cause());
                }
              });
    }

    private void give(Promise<Channel> promise) {
      if (!promise.trySuccess(channel)) {
        channel.close();
      }
    }

    private void over() {
      if (over.compareAndSet(false, true)) {
        giveBack();
        idle.remove(this);
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ReferenceCountUtil.release(msg); // Nothing was asked.
      ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      over();
      ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      LOG.debug("{}: opened in advance: {}", ctx.channel(), cause.toString());
      ctx.close();
    }
  }
}
