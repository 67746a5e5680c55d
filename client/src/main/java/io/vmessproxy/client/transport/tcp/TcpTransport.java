package io.vmessproxy.client.transport.tcp;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import java.time.Duration;

/** A plain TCP connection to a server. */
public final class TcpTransport implements OutboundTransport {
  private final Dialer dialer;
  private final Destination server;
  private final Duration timeout;

  /**
   * @param timeout for look-up and connection together
   */
  public TcpTransport(Dialer dialer, Destination server, Duration timeout) {
    this.dialer = dialer;
    this.server = server;
    this.timeout = timeout;
  }

  @Override
  public Future<Channel> open(EventLoop loop) {
    // VMess ends a direction inside its body, never by a FIN: a server's FIN ends the connection.
    return dialer.dial(server, false, timeout, loop);
  }
}
