package io.vmessproxy.client.transport.httpheader;

import io.netty.channel.Channel;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.common.net.InboundTransport;
import java.util.function.Consumer;

/** TCP with the head of an HTTP message before each direction: the server's end. */
@SuppressWarnings("DoNotCallSuggester") // To be built.
public final class HttpHeaderInbound implements InboundTransport {
  public HttpHeaderInbound(TransportSettings.HttpHeader settings) {
    throw new UnsupportedOperationException("httpheader");
  }

  @Override
  public void accept(Channel connection, Consumer<Channel> streams) {
    throw new UnsupportedOperationException("httpheader");
  }
}
