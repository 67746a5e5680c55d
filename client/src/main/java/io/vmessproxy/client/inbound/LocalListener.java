package io.vmessproxy.client.inbound;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.vmessproxy.client.dispatch.Dispatcher;
import io.vmessproxy.client.session.Credentials;
import io.vmessproxy.client.settings.ListenerSettings;
import io.vmessproxy.client.settings.UdpSettings;
import io.vmessproxy.client.socks.UdpAssociations;
import io.vmessproxy.client.socks.UdpLimits;
import io.vmessproxy.common.net.AcceptFailures;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.StreamOptions;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * One local port: accepts applications and gives each a pipeline that finds out what it speaks.
 *
 * <p>Thread-safe.
 */
public final class LocalListener {
  private final ListenerSettings settings;
  private final Credentials credentials;
  private final Dispatcher dispatcher;
  private final Dispatcher crowded;
  private final @Nullable UdpAssociations udp;
  private final Timeouts timeouts;
  private final ConnectionLimit limit;
  private final @Nullable SocketOwners owners;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  /**
   * @param credentials who may use the port
   * @param udp whether SOCKS5 takes datagrams, too
   * @param dispatcher takes what the front ends read
   * @param limit of all listeners together
   * @param owners admits connections; null: anybody's
   */
  public LocalListener(
      ListenerSettings settings,
      Credentials credentials,
      UdpSettings udp,
      Dispatcher dispatcher,
      ConnectionLimit limit,
      @Nullable SocketOwners owners) {
    this(
        settings,
        credentials,
        dispatcher,
        udp.enabled() ? new UdpAssociations(dispatcher, udp.address(), UdpLimits.DEFAULT) : null,
        Timeouts.DEFAULT,
        limit,
        owners);
  }

  LocalListener(
      ListenerSettings settings,
      Credentials credentials,
      Dispatcher dispatcher,
      @Nullable UdpAssociations udp,
      Timeouts timeouts,
      ConnectionLimit limit,
      @Nullable SocketOwners owners) {
    this.settings = settings;
    this.credentials = credentials;
    this.dispatcher = dispatcher;
    this.udp = udp;
    this.timeouts = timeouts;
    this.limit = limit;
    this.owners = owners;
    this.crowded = Dispatcher.refusing(limit.reached());
  }

  /**
   * Binds the port; the future's channel is the listening socket, and closing it stops accepting.
   *
   * @param acceptor where the listening socket lives
   * @param workers where the connections live
   */
  public ChannelFuture bind(EventLoopGroup acceptor, EventLoopGroup workers) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(acceptor, workers)
            .channel(EventLoops.serverChannel())
            .childHandler(new Accepted());
    StreamOptions.apply(bootstrap);
    bootstrap
        // Here the handshake is there to read from the start, and a FIN ends one direction only.
        .childOption(ChannelOption.AUTO_READ, true)
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    return AcceptFailures.watch(
        bootstrap.bind(new InetSocketAddress(settings.host(), settings.port())));
  }

  /** The connections that are open now: to be waited for, and closed, when the program stops. */
  public ChannelGroup connections() {
    return connections;
  }

  private final class Accepted extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
      ConnectionLimit.Verdict verdict = limit.admit(channel);
      if (verdict == ConnectionLimit.Verdict.CLOSE) {
        channel.close();
        return;
      }
      boolean served = verdict == ConnectionLimit.Verdict.SERVE;
      connections.add(channel);
      if (owners != null) {
        channel.pipeline().addLast(owners.gate());
      }
      channel
          .pipeline()
          .addLast(
              new HandshakeGuard(
                  served ? timeouts.handshake() : Timeouts.REFUSED, dispatcher.refusals()))
          .addLast(
              new ProtocolDetector(
                  settings.kind(),
                  credentials,
                  served ? dispatcher : crowded,
                  served ? udp : null,
                  timeouts));
    }
  }
}
