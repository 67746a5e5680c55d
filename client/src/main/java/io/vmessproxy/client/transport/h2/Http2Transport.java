package io.vmessproxy.client.transport.h2;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.transport.Origin;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.http2.Http2Pool;
import java.time.Duration;

/**
 * HTTP/2: one request and its answer for each stream: the client's end.
 *
 * <p>Source: V2Ray 4.34, transport/internet/http.
 */
public final class Http2Transport implements OutboundTransport {
  private final Http2Pool pool;

  /**
   * @param below must lead to HTTP/2 itself: by TLS with ALPN, or because the server knows
   */
  public Http2Transport(OutboundTransport below, TransportSettings.Http2 settings, Origin origin) {
    this(below, settings, origin, Http2Pool.HANDSHAKE_TIMEOUT);
  }

  /**
   * @param below must lead to HTTP/2 itself: by TLS with ALPN, or because the server knows
   * @param timeout for the server's first frame
   */
  public Http2Transport(
      OutboundTransport below, TransportSettings.Http2 settings, Origin origin, Duration timeout) {
    this.pool = new Http2Pool(below, new BodyRequest(settings, origin), timeout);
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
