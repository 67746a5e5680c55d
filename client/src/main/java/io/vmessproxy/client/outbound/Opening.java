package io.vmessproxy.client.outbound;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.HealthBoard;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.session.Session;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens one stream: at one endpoint after the other, until one opens it or the session has tried
 * what it may. Nothing of the session has been sent yet, so nothing can be lost.
 *
 * <p>An endpoint is left as soon as it fails, or has turned out bad meanwhile, or takes unusually
 * long while its server shows no sign of life; the last two only where there is another one. Lives
 * on one event loop.
 */
final class Opening {
  private static final Logger LOG = LoggerFactory.getLogger(Opening.class);
  private static final long CHECK_MILLIS = 250;

  private final VmessOutbound outbound;
  private final Session session;
  private final Attempts attempts;
  private final EventLoop loop;
  private final Promise<OpenStream> promise;

  Opening(VmessOutbound outbound, Session session, Attempts attempts, EventLoop loop) {
    this.outbound = outbound;
    this.session = session;
    this.attempts = attempts;
    this.loop = loop;
    this.promise = loop.newPromise();
  }

  /** Starts it. */
  Future<OpenStream> start() {
    next();
    return promise;
  }

  private void next() {
    Optional<Endpoint> chosen =
        attempts.anyLeft() ? outbound.selector().next(session, attempts::usable) : Optional.empty();
    if (chosen.isEmpty()) {
      promise.tryFailure(attempts.failure());
      return;
    }
    attempts.begin(chosen.get());
    VmessDial dial;
    try {
      dial = outbound.dial(chosen.get());
    } catch (RuntimeException e) {
      // A layer that cannot be set up for this endpoint; the caller reports it.
      promise.tryFailure(e);
      return;
    }
    new Attempt(dial).start();
  }

  /** At one endpoint. */
  private final class Attempt {
    private final VmessDial dial;
    private final Promise<OpenStream> opening = loop.newPromise();
    private final long startNanos = System.nanoTime();
    private @Nullable ScheduledFuture<?> check;
    private boolean left;

    Attempt(VmessDial dial) {
      this.dial = dial;
    }

    void start() {
      ProvenStream.open(
          dial,
          session,
          outbound.policy(endpoint()),
          new EndpointFeedback(outbound, dial, loop),
          loop,
          opening);
      opening.addListener(opened -> done(opened));
      promise.addListener(
          done -> {
            if (done.isCancelled()) {
              opening.cancel(false);
            }
          });
      if (!opening.isDone()) {
        check = loop.schedule(this::check, CHECK_MILLIS, TimeUnit.MILLISECONDS);
      }
    }

    private Endpoint endpoint() {
      return dial.endpoint();
    }

    private void done(Future<?> opened) {
      if (check != null) {
        check.cancel(false);
      }
      if (left) {
        return;
      }
      if (opened.isSuccess()) {
        hand(opening.getNow());
      } else if (!promise.isDone()) {
        failed(opened.cause());
      }
    }

    private void hand(OpenStream stream) {
      if (!promise.trySuccess(stream)) {
        stream.channel().close();
      }
    }

    private void failed(Throwable cause) {
      if (outbound.selector().forget(endpoint().server())) {
        LOG.info("forgotten: {}", cause.getMessage());
        attempts.forgive();
      } else if (!(cause instanceof OutboundException failure)) {
        promise.tryFailure(cause);
        return;
      } else {
        board().failed(endpoint(), failure);
        attempts.failed(endpoint(), failure);
      }
      next();
    }

    private void check() {
      Duration waited = Duration.ofNanos(System.nanoTime() - startNanos);
      boolean out = !board().available(endpoint());
      if ((out || isSilent(waited)) && outbound.hasHealthy(attempts)) {
        OutboundException why = silent(waited);
        if (!out) {
          board().failed(endpoint(), why);
        }
        leave(why);
      } else {
        check = loop.schedule(this::check, CHECK_MILLIS, TimeUnit.MILLISECONDS);
      }
    }

    private boolean isSilent(Duration waited) {
      return !board().alive(endpoint(), startNanos)
          && board()
              .unusualOpening(endpoint())
              .filter(unusual -> waited.compareTo(unusual) > 0)
              .isPresent();
    }

    private OutboundException silent(Duration waited) {
      return new OutboundException(
          Failure.TIMED_OUT,
          "connect",
          endpoint().server().tag(),
          "not open after %d ms, which is unusual".formatted(waited.toMillis()),
          "is the server still running, or does a firewall drop it?");
    }

    private void leave(OutboundException why) {
      LOG.debug("{}: goes on to another server: {}", session, why.getMessage());
      left = true;
      opening.cancel(false);
      attempts.failed(endpoint(), why);
      next();
    }
  }

  private HealthBoard board() {
    return outbound.board();
  }
}
