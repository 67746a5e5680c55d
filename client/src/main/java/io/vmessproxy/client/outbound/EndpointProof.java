package io.vmessproxy.client.outbound;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import io.vmessproxy.common.vmess.outbound.ResponseListener;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a server takes one of its users.
 *
 * <p>A server says nothing to a user it does not know, nor to one whose clock is off, and nothing
 * either to one it knows before the target's first byte: an application that was told "connected"
 * too early would wait a minute for nothing. So, before the first stream of an endpoint, and again
 * after one that went unanswered, we ask the server something it answers by itself: a Mux.Cool
 * request with a frame for a session that does not exist, which every server ends at once. Any
 * answer to any stream is proof as well.
 *
 * <p>Source: VMess specification, "Mux.Cool": data for an unknown session is answered with End. May
 * be called from any thread.
 */
final class EndpointProof implements ResponseListener {
  private static final Logger LOG = LoggerFactory.getLogger(EndpointProof.class);

  /** Metadata of 4 bytes: session 1, status Keep, data follows; then one byte of data. */
  private static final byte[] FRAME_FOR_NOBODY = {0, 4, 0, 1, 2, 1, 0, 1, 0};

  private final VmessDial dial;
  private final Duration timeout;
  private final Consumer<SwitchAccount> suggestions;
  private volatile boolean proven;
  private @Nullable Promise<Void> asking;

  /**
   * @param suggestions takes what the server suggests
   */
  EndpointProof(VmessDial dial, Duration timeout, Consumer<SwitchAccount> suggestions) {
    this.dial = dial;
    this.timeout = timeout;
    this.suggestions = suggestions;
  }

  /**
   * Done when there is proof; fails with an {@link OutboundException} when the server does not
   * answer in time. However many wait for it, the server is asked once.
   */
  Future<Void> ensure(EventLoop loop) {
    return proven ? loop.newSucceededFuture(null) : join(loop);
  }

  private synchronized Future<Void> join(EventLoop loop) {
    if (asking == null || asking.isDone()) {
      Promise<Void> promise = loop.newPromise();
      asking = promise;
      ask(promise, loop);
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

  private void ask(Promise<Void> promise, EventLoop loop) {
    Future<Channel> opening = dial.connect(Command.MUX, null, listener(promise), loop);
    opening.addListener(
        opened -> {
          if (opened.isSuccess()) {
            ask(promise, opening.getNow());
          } else {
            promise.tryFailure(opened.cause());
          }
        });
  }

  private void ask(Promise<Void> promise, Channel channel) {
    var deadline =
        channel
            .eventLoop()
            .schedule(() -> promise.tryFailure(silent()), timeout.toNanos(), TimeUnit.NANOSECONDS);
    promise.addListener(
        done -> {
          deadline.cancel(false);
          channel.close();
        });
    channel.config().setAutoRead(true);
    channel.writeAndFlush(Unpooled.wrappedBuffer(FRAME_FOR_NOBODY));
  }

  private ResponseListener listener(Promise<Void> promise) {
    return new ResponseListener() {
      @Override
      public void answered(@Nullable SwitchAccount suggestion) {
        EndpointProof.this.answered(suggestion);
        promise.trySuccess(null);
      }

      @Override
      public void refused() {
        promise.tryFailure(closed());
      }

      @Override
      public void abandoned(long waitedNanos) {
        // By the deadline, which has said why.
      }
    };
  }

  @Override
  public void answered(@Nullable SwitchAccount suggestion) {
    if (suggestion != null) {
      suggestions.accept(suggestion);
    }
    if (!proven) {
      proven = true;
      LOG.debug(
          "server {} takes user {}", dial.endpoint().server().tag(), dial.endpoint().user().id());
    }
  }

  @Override
  public void refused() {
    proven = false;
    LOG.info("{}", closed().getMessage());
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
      public void refused() {
        LOG.debug("server {}: ended an unanswered UDP stream", dial.endpoint().server().tag());
      }

      @Override
      public void abandoned(long waitedNanos) {
        // As it goes with datagrams.
      }
    };
  }

  private OutboundException silent() {
    return rejected("no answer within %d ms".formatted(timeout.toMillis()));
  }

  private OutboundException closed() {
    return rejected("it closed without an answer");
  }

  private OutboundException rejected(String what) {
    return new OutboundException(
        Failure.REJECTED,
        "vmess",
        dial.endpoint().server().tag(),
        what,
        "is the user id right, and this machine's clock? A server is silent to ids it does not know"
            + " and to clocks more than 120 s off");
  }
}
