package io.vmessproxy.client.transport.grpc;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.transport.Origin;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.TransportSettings;

/** gRPC: one call for each stream, of a connection that they share: the client's end. */
@SuppressWarnings("DoNotCallSuggester") // To be built.
public final class GrpcTransport implements OutboundTransport {
  public GrpcTransport(OutboundTransport below, TransportSettings.Grpc settings, Origin origin) {
    throw new UnsupportedOperationException("grpc");
  }

  @Override
  public Future<Channel> open(EventLoop loop) {
    throw new UnsupportedOperationException("grpc");
  }
}
