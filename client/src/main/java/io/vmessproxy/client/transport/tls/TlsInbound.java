package io.vmessproxy.client.transport.tls;

import io.netty.channel.Channel;
import io.vmessproxy.client.transport.TlsServerSettings;
import io.vmessproxy.common.net.InboundTransport;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** The server's end of TLS. */
@SuppressWarnings("DoNotCallSuggester") // To be built.
public final class TlsInbound implements InboundTransport {
  /**
   * @param alpn the application protocols that the layer above speaks
   * @throws IOException if a file cannot be read, or is not what it should be; the message names it
   */
  public TlsInbound(TlsServerSettings settings, List<String> alpn, InboundTransport above)
      throws IOException {
    throw new UnsupportedOperationException("tls");
  }

  @Override
  public void accept(Channel connection, Consumer<Channel> streams) {
    throw new UnsupportedOperationException("tls");
  }
}
