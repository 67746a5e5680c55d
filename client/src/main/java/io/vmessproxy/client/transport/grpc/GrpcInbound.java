package io.vmessproxy.client.transport.grpc;

import io.netty.channel.Channel;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.http2.Http2Acceptor;
import io.vmessproxy.common.net.InboundTransport;
import java.util.function.Consumer;

/**
 * gRPC: one call for each stream, of a connection that they share: the server's end, for both forms
 * of message. Without TLS, clients begin with HTTP/2 at once.
 */
public final class GrpcInbound implements InboundTransport {
  private final Http2Acceptor acceptor;

  public GrpcInbound(TransportSettings.Grpc settings) {
    this.acceptor = new Http2Acceptor(new CallGate(ServicePath.of(settings.serviceName())));
  }

  @Override
  public void accept(Channel connection, Consumer<Channel> streams) {
    acceptor.accept(connection, streams);
  }
}
