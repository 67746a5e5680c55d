package io.vmessproxy.common.mux;

import io.netty.channel.Channel;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Network;

/** Takes the streams that a client opens in its {@link MuxConnection}. */
@FunctionalInterface
public interface MuxAcceptor {
  /**
   * A new stream, on its connection's event loop, with auto-read off. It carries {@code ByteBuf}s
   * and one {@link io.vmessproxy.common.net.EndOfStream} each way, or {@link
   * io.vmessproxy.common.net.Datagram}s. Closing it ends the stream.
   *
   * @param destination where it goes; of datagrams, where the first one goes
   */
  void accept(Channel stream, Network network, Destination destination);
}
