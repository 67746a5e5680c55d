package io.vmessproxy.client.transport.tls;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.common.net.Destination;
import java.util.List;

/** TLS to a server. */
@SuppressWarnings("DoNotCallSuggester") // To be built.
public final class TlsTransport implements OutboundTransport {
  /**
   * @param alpn the application protocols to offer; where it is {@code h2} alone, the server must
   *     take it
   */
  public TlsTransport(
      OutboundTransport below, Destination server, TlsSettings settings, List<String> alpn) {
    throw new UnsupportedOperationException("tls");
  }

  @Override
  public Future<Channel> open(EventLoop loop) {
    throw new UnsupportedOperationException("tls");
  }
}
