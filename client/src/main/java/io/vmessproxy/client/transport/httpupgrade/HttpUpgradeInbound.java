package io.vmessproxy.client.transport.httpupgrade;

import io.netty.channel.Channel;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.common.net.InboundTransport;
import java.util.function.Consumer;

/** An HTTP/1.1 upgrade without frames: the server's end. */
public final class HttpUpgradeInbound implements InboundTransport {
  private final TransportSettings.HttpUpgrade settings;

  public HttpUpgradeInbound(TransportSettings.HttpUpgrade settings) {
    this.settings = settings;
  }

  @Override
  public void accept(Channel connection, Consumer<Channel> streams) {
    connection.pipeline().addLast(new HttpUpgradeGate(settings, streams));
  }
}
