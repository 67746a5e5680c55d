package io.vmessproxy.common.net;

import io.netty.channel.Channel;
import java.util.function.Consumer;

/**
 * What stands between an accepted connection and the streams that it carries. Layers stack by
 * wrapping: each adds its handlers and leaves the rest to the one above.
 */
@FunctionalInterface
public interface InboundTransport {
  /** None: the connection is the stream. */
  InboundTransport PLAIN = (connection, streams) -> streams.accept(connection);

  /**
   * Adds this layer's handlers to a connection that is registered, but perhaps not active yet; on
   * its event loop, before anything is read.
   *
   * @param streams takes each channel that carries plain bytes, on the same loop: the connection
   *     itself once its handshake is over, or one of many streams in it. What it adds to a pipeline
   *     stands at the end, and must see all bytes that come after
   */
  void accept(Channel connection, Consumer<Channel> streams);
}
