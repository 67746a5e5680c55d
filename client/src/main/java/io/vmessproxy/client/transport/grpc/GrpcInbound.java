package io.vmessproxy.client.transport.grpc;

import io.netty.channel.Channel;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.common.net.InboundTransport;
import java.util.function.Consumer;

/** gRPC: one call for each stream, of a connection that they share: the server's end. */
@SuppressWarnings("DoNotCallSuggester") // To be built.
public final class GrpcInbound implements InboundTransport {
  public GrpcInbound(TransportSettings.Grpc settings) {
    throw new UnsupportedOperationException("grpc");
  }

  @Override
  public void accept(Channel connection, Consumer<Channel> streams) {
    throw new UnsupportedOperationException("grpc");
  }
}
