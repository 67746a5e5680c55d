package io.vmessproxy.client.transport.httpupgrade;

import io.netty.channel.Channel;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.common.net.InboundTransport;
import java.util.function.Consumer;

/** An HTTP/1.1 upgrade without frames: the server's end. */
@SuppressWarnings("DoNotCallSuggester") // To be built.
public final class HttpUpgradeInbound implements InboundTransport {
  public HttpUpgradeInbound(TransportSettings.HttpUpgrade settings) {
    throw new UnsupportedOperationException("httpupgrade");
  }

  @Override
  public void accept(Channel connection, Consumer<Channel> streams) {
    throw new UnsupportedOperationException("httpupgrade");
  }
}
