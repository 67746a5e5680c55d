package io.vmessproxy.client.fetch;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.common.net.Destination;

/** Opens streams of plain bytes: straight, or through a proxy's servers. */
@FunctionalInterface
public interface Connector {
  /**
   * Opens a stream on {@code loop}, with auto-read off. Cancelling the future abandons the attempt.
   */
  Future<Channel> connect(Destination target, EventLoop loop);
}
