package io.vmessproxy.client.transport.http2;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.TransportException;
import java.util.function.Consumer;

/** A stream that is asked for, from the question to the channel. On one event loop. */
final class Opening {
  /** A server that turns away more than that does not want us. */
  private static final int MAX_TRIES = 3;

  private final Promise<Channel> promise;
  private final Consumer<Opening> placer;
  private int tries;

  /**
   * @param placer finds a connection for it
   */
  Opening(EventLoop loop, Consumer<Opening> placer) {
    this.promise = loop.newPromise();
    this.placer = placer;
  }

  Future<Channel> future() {
    return promise;
  }

  /** Whether nobody waits for it any more. */
  boolean isDone() {
    return promise.isDone();
  }

  /** Looks for another connection, as this one does not take it. */
  void place(String stage) {
    tries++;
    if (tries > MAX_TRIES) {
      fail(
          new TransportException(
              Failure.TRANSPORT, stage, "each connection refused a stream", "does it work later?"));
      return;
    }
    if (!isDone()) {
      placer.accept(this);
    }
  }

  /** Hands the stream on, unless that is done; closes it if nobody wants it any more. */
  void succeed(Channel stream) {
    if (!promise.isSuccess() && !promise.trySuccess(stream)) {
      stream.close();
    }
  }

  /** Returns false if it is too late for that. */
  boolean fail(Throwable cause) {
    return promise.tryFailure(cause);
  }
}
