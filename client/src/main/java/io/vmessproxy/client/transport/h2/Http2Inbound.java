package io.vmessproxy.client.transport.h2;

import io.netty.channel.Channel;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.common.net.InboundTransport;
import java.util.function.Consumer;

/** HTTP/2: one request and its answer for each stream: the server's end. */
@SuppressWarnings("DoNotCallSuggester") // To be built.
public final class Http2Inbound implements InboundTransport {
  public Http2Inbound(TransportSettings.Http2 settings) {
    throw new UnsupportedOperationException("h2");
  }

  @Override
  public void accept(Channel connection, Consumer<Channel> streams) {
    throw new UnsupportedOperationException("h2");
  }
}
