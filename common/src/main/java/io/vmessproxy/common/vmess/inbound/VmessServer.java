package io.vmessproxy.common.vmess.inbound;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.vmessproxy.common.net.AcceptFailures;
import io.vmessproxy.common.net.Descriptors;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.InboundTransport;
import io.vmessproxy.common.net.StrangersLog;
import io.vmessproxy.common.net.StreamOptions;
import io.vmessproxy.common.net.UnjoinedGuard;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import java.net.SocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A VMess inbound on TCP, or on a transport over it: accepts requests of its users and relays them
 * to their targets. May be called from any thread.
 *
 * <p>The pipeline of a connection: {@link VmessServerHandshake} until the target is open, then
 * {@link VmessServerStream} and a relay, or the streams of a mux.
 */
public final class VmessServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VmessServer.class);

  /** The most connections at once, however many descriptors there may be. */
  private static final int MOST_CONNECTIONS = 32_768;

  /** A client's end and its target's. */
  private static final int DESCRIPTORS_EACH = 2;

  /** For look-ups, UDP, and what other inbounds of the process have open. */
  private static final int RESERVED_DESCRIPTORS = 40;

  /** One above is closed as it comes: its client goes to another server at once. */
  private final int maxConnections =
      Descriptors.connections(MOST_CONNECTIONS, DESCRIPTORS_EACH, RESERVED_DESCRIPTORS);

  private final UserRegistry users;
  private final Guests guests;
  private final InboundOptions options;
  private final Freedom freedom;
  private final Drain drain;
  private final Refresher refresher;
  private final SecureRandom random;
  private final StrangersLog log = new StrangersLog(LOG::info);
  private final ChannelGroup accepting = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final ChannelGroup streams = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  /** The connections of a transport: each carries a stream, or many, or none as yet. */
  private final ChannelGroup carriers = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  /**
   * A server that does not listen yet.
   *
   * @param users may be empty where detours lead here
   * @param clock tells how far off a client's time is
   * @throws IllegalArgumentException if the users have more than 131072 ids together, alternative
   *     ones included
   */
  public VmessServer(
      List<InboundUser> users, InboundOptions options, Freedom freedom, Clock clock) {
    this(users, options, freedom, clock, new SecureRandom());
  }

  VmessServer(
      List<InboundUser> users,
      InboundOptions options,
      Freedom freedom,
      Clock clock,
      SecureRandom random) {
    this.random = random;
    this.users = new UserRegistry(users, clock);
    this.refresher = new Refresher(this.users);
    this.guests = new Guests(users, options, this::admit, random);
    this.options = options;
    this.freedom = freedom;
    this.drain = Drain.of(users, random);
  }

  private void admit(InboundUser guest) {
    users.add(guest);
    refresher.hurry();
  }

  /** Listens on {@code address} for VMess over plain TCP; connections live on {@code loops}. */
  public ChannelFuture bind(SocketAddress address, EventLoopGroup loops) {
    return bind(address, loops, InboundTransport.PLAIN);
  }

  /**
   * Listens on {@code address}; connections live on {@code loops}.
   *
   * @param transport what stands before VMess
   */
  public ChannelFuture bind(
      SocketAddress address, EventLoopGroup loops, InboundTransport transport) {
    refresher.start();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(EventLoops.serverChannel())
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel, transport);
                  }
                });
    StreamOptions.apply(bootstrap);
    ChannelFuture bound = AcceptFailures.watch(bootstrap.bind(address));
    accepting.add(bound.channel());
    return bound;
  }

  private void accept(Channel connection, InboundTransport transport) {
    if (transport == InboundTransport.PLAIN) {
      handshake(connection);
      return;
    }
    if (isFull(carriers, connection)) {
      return;
    }
    carriers.add(connection);
    TransportDeadline deadline =
        TransportDeadline.start(connection, options.policies().of(0).handshake(), log);
    transport.accept(
        connection,
        stream -> {
          deadline.met();
          handshake(stream);
        });
    connection.pipeline().addLast(UnjoinedGuard.INSTANCE);
  }

  private void handshake(Channel stream) {
    if (isFull(streams, stream)) {
      return;
    }
    streams.add(stream);
    stream.pipeline().addLast(new VmessServerHandshake(this));
  }

  private boolean isFull(ChannelGroup open, Channel another) {
    if (open.size() < maxConnections) {
      return false;
    }
    log.write(
        another.remoteAddress(),
        "closed as it came, for %d connections are open (more: ulimit -n)"
            .formatted(maxConnections));
    another.close();
    return true;
  }

  /** The streams that are open now: to be waited for when the server stops. */
  public ChannelGroup connections() {
    return streams;
  }

  /**
   * Suggests this server, at one of its ports, to a user of another one: he is who has the same
   * email here, or else a user made for it. Null when there are too many of those.
   */
  @Nullable SwitchAccount suggest(InboundUser user, int port, int minutes) {
    InboundUser guest = guests.named(user.email());
    return guest == null
        ? null
        : new SwitchAccount(null, port, guest.id(), guest.alterId(), guest.level(), minutes);
  }

  UserRegistry users() {
    return users;
  }

  InboundOptions options() {
    return options;
  }

  Freedom freedom() {
    return freedom;
  }

  /** For what strangers and users give cause to. */
  StrangersLog log() {
    return log;
  }

  /** How many bytes to take from this stranger, counted from his first. */
  int drainBytes() {
    return drain.bytes(random);
  }

  /** Stops listening; open connections go on. */
  public void stopAccepting() {
    accepting.close().awaitUninterruptibly();
    refresher.close();
  }

  /** Stops listening and closes all connections. */
  @Override
  public void close() {
    refresher.close();
    accepting.close();
    streams.close();
    carriers.close();
  }
}
