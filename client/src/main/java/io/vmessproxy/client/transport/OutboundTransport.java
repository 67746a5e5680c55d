package io.vmessproxy.client.transport;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;

/**
 * How bytes get to a server. Layers stack by wrapping: each one opens the one below, adds its
 * handlers, and hands on a channel that carries plain bytes.
 */
public interface OutboundTransport {
  /**
   * Opens a channel to the server on {@code loop}, with auto-read off. Cancelling the future
   * abandons the attempt.
   *
   * <p>Fails with {@link java.net.UnknownHostException}, {@link
   * io.netty.channel.ConnectTimeoutException} or another {@link java.io.IOException} of the socket.
   */
  Future<Channel> open(EventLoop loop);

  /**
   * What streams share is not given to new ones any more: the way to the server is another one, or
   * was broken. Streams that are open keep what they have. Any thread.
   */
  default void retire() {}
}
