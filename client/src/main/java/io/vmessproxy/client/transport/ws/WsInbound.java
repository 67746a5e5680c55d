package io.vmessproxy.client.transport.ws;

import io.netty.channel.Channel;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.common.net.InboundTransport;
import java.util.function.Consumer;

/**
 * WebSocket: the server's end.
 *
 * <p>Takes early data in {@code Sec-WebSocket-Protocol} whatever the settings say, as Xray, for a
 * client that sends some gets no error from a server that does not look.
 */
public final class WsInbound implements InboundTransport {
  private final TransportSettings.WebSocket settings;

  public WsInbound(TransportSettings.WebSocket settings) {
    this.settings = settings;
  }

  @Override
  public void accept(Channel connection, Consumer<Channel> streams) {
    connection.pipeline().addLast(new WsGate(settings, streams));
  }
}
