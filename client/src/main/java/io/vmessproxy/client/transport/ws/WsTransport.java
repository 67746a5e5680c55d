package io.vmessproxy.client.transport.ws;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.transport.Origin;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.TransportSettings;

/** WebSocket: the client's end. */
@SuppressWarnings("DoNotCallSuggester") // To be built.
public final class WsTransport implements OutboundTransport {
  public WsTransport(OutboundTransport below, TransportSettings.WebSocket settings, Origin origin) {
    throw new UnsupportedOperationException("ws");
  }

  @Override
  public Future<Channel> open(EventLoop loop) {
    throw new UnsupportedOperationException("ws");
  }
}
