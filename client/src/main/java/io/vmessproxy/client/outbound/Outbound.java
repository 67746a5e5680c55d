package io.vmessproxy.client.outbound;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.Session;

/** A way out: opens streams to where sessions want to go. */
public interface Outbound {
  /**
   * Opens a stream to the session's destination, on {@code loop}.
   *
   * <p>The channel of a session of datagrams carries {@link io.vmessproxy.common.net.Datagram}s: to
   * the session's destination alone, or to any where {@link #oneStreamForAllTargets}.
   *
   * <p>Fails with an {@link io.vmessproxy.client.session.OutboundException}; cancelling the future
   * abandons the stream.
   */
  Future<OpenStream> open(Session session, EventLoop loop);

  /**
   * The same through a server that this session has not tried. A server where no stream can be
   * opened counts as tried, and the next one is asked.
   */
  default Future<OpenStream> open(Session session, Attempts attempts, EventLoop loop) {
    return open(session, loop);
  }

  /** What a new session may try. */
  default Attempts attempts() {
    return new Attempts(1);
  }

  /** Whether there is a server which this session may still try. */
  default boolean hasAnother(Attempts attempts) {
    return false;
  }

  /**
   * Whether one stream of datagrams takes those to any target and brings those from any source, so
   * that an association needs only one; else it needs one for each target.
   */
  default boolean oneStreamForAllTargets() {
    return false;
  }
}
