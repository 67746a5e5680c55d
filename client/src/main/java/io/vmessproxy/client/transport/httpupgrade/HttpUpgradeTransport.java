package io.vmessproxy.client.transport.httpupgrade;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.transport.Origin;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.TransportSettings;

/** An HTTP/1.1 upgrade without frames: the client's end. */
@SuppressWarnings("DoNotCallSuggester") // To be built.
public final class HttpUpgradeTransport implements OutboundTransport {
  public HttpUpgradeTransport(
      OutboundTransport below, TransportSettings.HttpUpgrade settings, Origin origin) {
    throw new UnsupportedOperationException("httpupgrade");
  }

  @Override
  public Future<Channel> open(EventLoop loop) {
    throw new UnsupportedOperationException("httpupgrade");
  }
}
