package io.vmessproxy.client.outbound;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import io.vmessproxy.common.vmess.outbound.ResponseListener;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a server takes one of its users.
 *
 * <p>A server says nothing to a user it does not know, nor to one whose clock is off, and nothing
 * either to one it knows before the target's first byte: an application that was told "connected"
 * too early would wait a minute for nothing. So, before the first stream of an endpoint, and again
 * after one that went unanswered, we ask the server something it answers by itself ({@link
 * Question}); where it does not, {@link Diagnosis} says why, once a minute at most. Any answer to
 * any stream is proof as well.
 *
 * <p>May be called from any thread.
 */
final class EndpointProof implements ResponseListener {
  private static final Logger LOG = LoggerFactory.getLogger(EndpointProof.class);

  /** A diagnosis costs a server a dozen connections: for so long its result holds. */
  private static final long HOLDS_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final VmessDial dial;
  private final Duration timeout;
  private final DialListener listener;
  private volatile boolean proven;
  private volatile @Nullable Remembered failure;
  private volatile long openingNanos;
  private @Nullable Promise<Void> asking;

  private record Remembered(OutboundException failure, long nanos) {}

  /**
   * @param timeout the longest that silence lasts before it is one
   * @param listener hears what is found out
   */
  EndpointProof(VmessDial dial, Duration timeout, DialListener listener) {
    this.dial = dial;
    this.timeout = timeout;
    this.listener = listener;
  }

  /**
   * Done when there is proof; fails with an {@link OutboundException} when the server does not
   * answer in time. However many wait for it, the server is asked once.
   */
  Future<Void> ensure(EventLoop loop) {
    return proven ? loop.newSucceededFuture(null) : ask(loop);
  }

  /** The same, but asks even where there is proof: it may be out of date. */
  synchronized Future<Void> ask(EventLoop loop) {
    if (asking == null || asking.isDone()) {
      Promise<Void> promise = loop.newPromise();
      asking = promise;
      if (loop.inEventLoop()) {
        Inquiry.start(dial, timeout, loop, this, promise);
      } else {
        loop.execute(() -> Inquiry.start(dial, timeout, loop, this, promise));
      }
    }
    Promise<Void> mine = loop.newPromise();
    asking.addListener(
        asked -> {
          if (asked.isSuccess()) {
            mine.trySuccess(null);
          } else {
            mine.tryFailure(asked.cause());
          }
        });
    return mine;
  }

  /** A question's connection took so long to open. */
  void opened(long nanos) {
    openingNanos = nanos;
  }

  /** A question is answered, so long after it was begun. */
  void taken(@Nullable SwitchAccount suggestion, long tookNanos) {
    answered(suggestion);
    listener.proven(tookNanos);
  }

  /** A question is not answered; what follows finds out why. */
  void unanswered(String what) {
    proven = false;
    listener.unanswered(what);
  }

  /** By the connections so far. */
  Patience patience() {
    return Patience.of(openingNanos, dial.endpoint().server().stream(), timeout);
  }

  /** What was found out lately, while nothing has shown that it is otherwise. */
  Optional<OutboundException> recentFailure() {
    Remembered last = failure;
    return last == null || System.nanoTime() - last.nanos > HOLDS_NANOS
        ? Optional.empty()
        : Optional.of(last.failure);
  }

  void remember(OutboundException found) {
    failure = new Remembered(found, System.nanoTime());
  }

  @Override
  public void answered(@Nullable SwitchAccount suggestion) {
    if (suggestion != null) {
      listener.suggested(suggestion);
    }
    if (!proven) {
      failure = null;
      proven = true;
      LOG.debug(
          "server {} takes user {}", dial.endpoint().server().tag(), dial.endpoint().user().id());
    }
  }

  /** The next stream asks; that one hears why, as this one does where it is known. */
  @Override
  public void refused(Channel stream, ByteBuf instead, Throwable cause) {
    proven = false;
    Refusal.of(stream, instead, cause, dial.endpoint().server())
        .ifPresent(failure -> OpenStream.noteFailure(stream, failure));
    LOG.debug(
        "server {}: ended an unanswered stream, {}",
        dial.endpoint().server().tag(),
        cause.toString());
  }

  @Override
  public void abandoned(long waitedNanos) {
    // An application that gave up at once proves nothing; one that waited so long is a reason to
    // ask again.
    if (waitedNanos >= timeout.toNanos()) {
      proven = false;
    }
  }

  /**
   * For streams of datagrams, where silence proves nothing: their targets need not answer at all.
   */
  ResponseListener ofDatagrams() {
    return new ResponseListener() {
      @Override
      public void answered(@Nullable SwitchAccount suggestion) {
        EndpointProof.this.answered(suggestion);
      }

      @Override
      public void refused(Channel stream, ByteBuf instead, Throwable cause) {
        LOG.debug("server {}: ended an unanswered UDP stream", dial.endpoint().server().tag());
      }

      @Override
      public void abandoned(long waitedNanos) {
        // As it goes with datagrams.
      }
    };
  }
}
