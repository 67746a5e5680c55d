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
   * <p>Fails with an {@link io.vmessproxy.client.session.OutboundException}; cancelling the future
   * abandons the stream.
   */
  Future<OpenStream> open(Session session, EventLoop loop);
}
