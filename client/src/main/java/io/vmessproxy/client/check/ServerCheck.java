package io.vmessproxy.client.check;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.tcp.TcpTransport;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.function.Function;

/** Walks to a server stage by stage, as one of its users. May be called from any thread. */
public final class ServerCheck {
  private final Dialer dialer;
  private final Function<Destination, OutboundTransport> network;
  private final Clock clock;
  private final SecureRandom random;
  private final CheckSettings settings;

  /**
   * @param clock tells the time that request headers carry
   */
  public ServerCheck(Dialer dialer, Clock clock, SecureRandom random, CheckSettings settings) {
    this(
        dialer,
        server -> new TcpTransport(dialer, server, settings.connectTimeout()),
        clock,
        random,
        settings);
  }

  /**
   * @param network the lowest layer to a server's address, instead of TCP
   * @param clock tells the time that request headers carry
   */
  public ServerCheck(
      Dialer dialer,
      Function<Destination, OutboundTransport> network,
      Clock clock,
      SecureRandom random,
      CheckSettings settings) {
    this.dialer = dialer;
    this.network = network;
    this.clock = clock;
    this.random = random;
    this.settings = settings;
  }

  /** Done within the settings' timeouts, and never fails: what fails is the report's verdict. */
  public Future<Report> check(Endpoint endpoint, EventLoop loop) {
    return new Walk(this, endpoint, loop).start();
  }

  Dialer dialer() {
    return dialer;
  }

  OutboundTransport network(Destination server) {
    return network.apply(server);
  }

  Clock clock() {
    return clock;
  }

  SecureRandom random() {
    return random;
  }

  CheckSettings settings() {
    return settings;
  }
}
