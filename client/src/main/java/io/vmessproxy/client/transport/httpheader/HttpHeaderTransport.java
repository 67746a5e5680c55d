package io.vmessproxy.client.transport.httpheader;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.transport.Origin;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.TransportSettings;

/** TCP with the head of an HTTP message before each direction: the client's end. */
@SuppressWarnings("DoNotCallSuggester") // To be built.
public final class HttpHeaderTransport implements OutboundTransport {
  public HttpHeaderTransport(
      OutboundTransport below, TransportSettings.HttpHeader settings, Origin origin) {
    throw new UnsupportedOperationException("httpheader");
  }

  @Override
  public Future<Channel> open(EventLoop loop) {
    throw new UnsupportedOperationException("httpheader");
  }
}
