package io.vmessproxy.client.transport.h2;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.transport.Origin;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.TransportSettings;

/** HTTP/2: one request and its answer for each stream: the client's end. */
@SuppressWarnings("DoNotCallSuggester") // To be built.
public final class Http2Transport implements OutboundTransport {
  public Http2Transport(OutboundTransport below, TransportSettings.Http2 settings, Origin origin) {
    throw new UnsupportedOperationException("h2");
  }

  @Override
  public Future<Channel> open(EventLoop loop) {
    throw new UnsupportedOperationException("h2");
  }
}
