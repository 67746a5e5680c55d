package io.vmessproxy.common.vmess.inbound;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.StreamOptions;
import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.vmess.account.Account;
import java.net.SocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;

/**
 * A VMess inbound on TCP: accepts AEAD requests of its users and relays them to their targets.
 *
 * <p>The pipeline of a connection: {@link VmessServerHandshake} until the target is open, then
 * {@link VmessServerStream} and a relay.
 */
public final class VmessServer implements AutoCloseable {
  /** The most connections at once; one above is closed as it comes. */
  private static final int MAX_CONNECTIONS = 8192;

  private final UserRegistry users;
  private final PolicyTable policies;
  private final Freedom freedom;
  private final Drain drain;
  private final SecureRandom random = new SecureRandom();
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  /**
   * @param clock tells how far off a client's time is
   */
  public VmessServer(List<Account> accounts, PolicyTable policies, Freedom freedom, Clock clock) {
    this.users = new UserRegistry(accounts, clock);
    this.policies = policies;
    this.freedom = freedom;
    this.drain = new Drain(users.fingerprint());
  }

  /** Listens on {@code address}; connections live on {@code loops}. */
  public ChannelFuture bind(SocketAddress address, EventLoopGroup loops) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(EventLoops.serverChannel())
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (channels.size() > MAX_CONNECTIONS) {
                      channel.close();
                      return;
                    }
                    channels.add(channel);
                    channel.pipeline().addLast(new VmessServerHandshake(VmessServer.this));
                  }
                });
    StreamOptions.apply(bootstrap);
    ChannelFuture bound = bootstrap.bind(address);
    channels.add(bound.channel());
    return bound;
  }

  UserRegistry users() {
    return users;
  }

  PolicyTable policies() {
    return policies;
  }

  Freedom freedom() {
    return freedom;
  }

  /** How many bytes to take from this stranger, counted from his first. */
  int drainBytes() {
    return drain.bytes(random);
  }

  /** Stops listening and closes all connections. */
  @Override
  public void close() {
    channels.close();
  }
}
