package io.vmessproxy.client.transport.ws;

import io.netty.channel.Channel;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.common.net.InboundTransport;
import java.util.function.Consumer;

/** WebSocket: the server's end. */
@SuppressWarnings("DoNotCallSuggester") // To be built.
public final class WsInbound implements InboundTransport {
  public WsInbound(TransportSettings.WebSocket settings) {
    throw new UnsupportedOperationException("ws");
  }

  @Override
  public void accept(Channel connection, Consumer<Channel> streams) {
    throw new UnsupportedOperationException("ws");
  }
}
