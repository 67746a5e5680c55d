package io.vmessproxy.client.transport.httpheader;

import io.netty.channel.Channel;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.common.net.InboundTransport;
import java.util.function.Consumer;

/** TCP with the head of an HTTP message before each direction: the server's end. */
public final class HttpHeaderInbound implements InboundTransport {
  private final TransportSettings.HttpHeader settings;

  public HttpHeaderInbound(TransportSettings.HttpHeader settings) {
    this.settings = settings;
  }

  @Override
  public void accept(Channel connection, Consumer<Channel> streams) {
    connection.pipeline().addLast(new HttpHeaderGate(settings, streams));
  }
}
