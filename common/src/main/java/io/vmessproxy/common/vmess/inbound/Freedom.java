package io.vmessproxy.common.vmess.inbound;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.relay.SocketEnd;
import java.time.Duration;

/** The way out of a server: a plain TCP connection to the target. */
public final class Freedom {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Dialer dialer;

  public Freedom(Dialer dialer) {
    this.dialer = dialer;
  }

  /**
   * Connects to the target. The channel carries plain bytes and {@link
   * io.vmessproxy.common.net.EndOfStream} both ways, with auto-read off.
   */
  public Future<Channel> open(Destination destination, EventLoop loop) {
    Future<Channel> dialing = dialer.dial(destination, true, TIMEOUT, loop);
    dialing.addListener(
        dialed -> {
          if (dialed.isSuccess()) {
            dialing.getNow().pipeline().addLast(new SocketEnd());
          }
        });
    return dialing;
  }
}
