package io.vmessproxy.client.transport.grpc;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.transport.Origin;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.http2.Http2Pool;
import java.time.Duration;

/**
 * gRPC: one call for each stream, of a connection that they share: the client's end.
 *
 * <p>Source: V2Ray 5.52 and Xray 26.7, transport/internet/grpc.
 */
public final class GrpcTransport implements OutboundTransport {
  private final Http2Pool pool;

  /**
   * @param below must lead to HTTP/2 itself: by TLS with ALPN, or because the server knows
   */
  public GrpcTransport(OutboundTransport below, TransportSettings.Grpc settings, Origin origin) {
    this(below, settings, origin, Http2Pool.HANDSHAKE_TIMEOUT);
  }

  /**
   * @param below must lead to HTTP/2 itself: by TLS with ALPN, or because the server knows
   * @param timeout for the server's first frame
   */
  public GrpcTransport(
      OutboundTransport below, TransportSettings.Grpc settings, Origin origin, Duration timeout) {
    this.pool = new Http2Pool(below, new CallRequest(settings, origin), timeout);
  }

  @Override
  public Future<Channel> open(EventLoop loop) {
    return pool.open(loop);
  }

  @Override
  public void retire() {
    pool.retire();
  }
}
