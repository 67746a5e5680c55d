package io.vmessproxy.client.transport.h2;

import io.netty.channel.Channel;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.http2.Http2Acceptor;
import io.vmessproxy.common.net.InboundTransport;
import java.util.function.Consumer;

/**
 * HTTP/2: one request and its answer for each stream: the server's end. Without TLS, clients begin
 * with HTTP/2 at once.
 */
public final class Http2Inbound implements InboundTransport {
  private final Http2Acceptor acceptor;

  public Http2Inbound(TransportSettings.Http2 settings) {
    this.acceptor = new Http2Acceptor(new BodyGate(settings));
  }

  @Override
  public void accept(Channel connection, Consumer<Channel> streams) {
    acceptor.accept(connection, streams);
  }
}
