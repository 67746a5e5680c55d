package io.vmessproxy.client.outbound;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.session.Session;

/** A way out: opens streams to where sessions want to go. */
public interface Outbound {
  /**
   * Opens a stream to the session's destination, on {@code loop}.
   *
   * <p>The future's channel carries the stream's plain bytes: {@code ByteBuf}s and one {@link
   * io.vmessproxy.common.net.EndOfStream} for each direction. Auto-read is off; whoever asked adds
   * his handlers at the tail, then switches it on. The future fails with an {@link
   * io.vmessproxy.client.session.OutboundException}; cancelling it abandons the stream.
   */
  Future<Channel> open(Session session, EventLoop loop);
}
