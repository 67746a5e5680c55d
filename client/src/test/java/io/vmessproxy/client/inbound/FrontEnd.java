package io.vmessproxy.client.inbound;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.dispatch.Dispatcher;
import io.vmessproxy.client.outbound.Outbound;
import io.vmessproxy.client.session.Credentials;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.client.settings.ListenerSettings;
import io.vmessproxy.client.settings.ListenerSettings.Kind;
import io.vmessproxy.client.socks.UdpAssociations;
import io.vmessproxy.client.socks.UdpLimits;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.Network;
import io.vmessproxy.common.policy.Policy;
import io.vmessproxy.common.relay.SocketEnd;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A listener on a free port whose outbound opens plain TCP: each {@code host:port} that a test
 * names leads to a local server of its own.
 */
public final class FrontEnd implements AutoCloseable, Outbound {
  private static final int MAX_CONNECTIONS = 4096;

  private final EventLoopGroup loops = EventLoops.group(2);
  private final Map<String, InetSocketAddress> servers = new ConcurrentHashMap<>();
  private final List<Session> sessions = new CopyOnWriteArrayList<>();
  private final List<Channel> streams = new CopyOnWriteArrayList<>();
  private final LocalListener listener;
  private final Channel socket;
  private final Policy policy;
  private volatile @Nullable Failure failure;
  private volatile boolean oneStream;

  private FrontEnd(
      Kind kind, Credentials credentials, Timeouts timeouts, Policy policy, int maxConnections) {
    this(kind, credentials, timeouts, policy, maxConnections, Udp.DEFAULT);
  }

  private FrontEnd(
      Kind kind,
      Credentials credentials,
      Timeouts timeouts,
      Policy policy,
      int maxConnections,
      @Nullable Udp udp) {
    this(kind, credentials, timeouts, policy, maxConnections, udp, null);
  }

  private FrontEnd(
      Kind kind,
      Credentials credentials,
      Timeouts timeouts,
      Policy policy,
      int maxConnections,
      @Nullable Udp udp,
      @Nullable SocketOwners owners) {
    this.policy = policy;
    String host = udp == null ? "127.0.0.1" : udp.host;
    Dispatcher dispatcher = new Dispatcher(this);
    listener =
        new LocalListener(
            new ListenerSettings(kind, host, 0),
            credentials,
            dispatcher,
            udp == null ? null : new UdpAssociations(dispatcher, udp.told, udp.limits),
            timeouts,
            new ConnectionLimit(maxConnections),
            owners);
    socket = listener.bind(loops, loops).syncUninterruptibly().channel();
  }

  public static FrontEnd open() {
    return with(Kind.MIXED, Credentials.NONE);
  }

  public static FrontEnd with(Kind kind, Credentials credentials) {
    return new FrontEnd(kind, credentials, Timeouts.DEFAULT, Policy.DEFAULT, MAX_CONNECTIONS);
  }

  /** Serves this user's processes alone. */
  static FrontEnd withOwners(SocketOwners owners) {
    return new FrontEnd(
        Kind.MIXED,
        Credentials.NONE,
        Timeouts.DEFAULT,
        Policy.DEFAULT,
        MAX_CONNECTIONS,
        null,
        owners);
  }

  public static FrontEnd withLogin(String user, String password) {
    return with(Kind.MIXED, new Credentials(List.of(new Credentials.Login(user, password))));
  }

  public static FrontEnd withMaxConnections(int max) {
    return new FrontEnd(Kind.MIXED, Credentials.NONE, Timeouts.DEFAULT, Policy.DEFAULT, max);
  }

  public static FrontEnd withTimeouts(Duration handshake, Duration keepAlive, Duration connIdle) {
    Policy policy =
        new Policy(Duration.ofSeconds(4), connIdle, Duration.ofSeconds(2), Duration.ofSeconds(5));
    Timeouts timeouts = new Timeouts(handshake, keepAlive);
    return new FrontEnd(Kind.MIXED, Credentials.NONE, timeouts, policy, MAX_CONNECTIONS);
  }

  public static FrontEnd withUdp(@Nullable Udp udp) {
    return new FrontEnd(
        Kind.MIXED, Credentials.NONE, Timeouts.DEFAULT, Policy.DEFAULT, MAX_CONNECTIONS, udp);
  }

  /** Datagrams to {@code destination} ({@code host:port}) go to {@code server}. */
  public FrontEnd route(String destination, UdpPeer server) {
    servers.put(destination, server.address());
    return this;
  }

  /** One stream of datagrams is for all targets from now on. */
  public FrontEnd withOneStreamForAllTargets() {
    oneStream = true;
    return this;
  }

  @Override
  public boolean oneStreamForAllTargets() {
    return oneStream;
  }

  /** Sessions for {@code destination} ({@code host:port}) go to {@code server}. */
  public FrontEnd route(String destination, TestServer server) {
    servers.put(destination, server.address());
    return this;
  }

  /** Every stream fails so from now on. */
  public FrontEnd failing(Failure why) {
    failure = why;
    return this;
  }

  /** Streams open again. */
  public FrontEnd working() {
    failure = null;
    return this;
  }

  public TestPeer connect() throws IOException {
    Socket client = new Socket();
    // Small, so that a reader that stops is soon felt.
    client.setReceiveBufferSize(32 << 10);
    client.connect(socket.localAddress());
    return new TestPeer(client);
  }

  public int port() {
    return ((InetSocketAddress) socket.localAddress()).getPort();
  }

  public List<Session> sessions() {
    return sessions;
  }

  /** The streams that were opened, in order. */
  public List<Channel> streams() {
    return streams;
  }

  public LocalListener listener() {
    return listener;
  }

  @Override
  public Future<OpenStream> open(Session session, EventLoop loop) {
    sessions.add(session);
    Promise<OpenStream> opened = loop.newPromise();
    InetSocketAddress server = servers.get(session.destination().toString());
    Failure why = failure;
    if (why != null || server == null) {
      Failure known = why == null ? Failure.REFUSED : why;
      opened.setFailure(new OutboundException(known, "connect", "a<b>.example:443", "no luck"));
      return opened;
    }
    ChannelFuture connecting =
        session.network() == Network.UDP
            ? TestDatagrams.open(servers, loop)
            : connect(server, loop);
    connecting.addListener(
        connected -> {
          if (connected.isSuccess()) {
            streams.add(connecting.channel());
            opened.trySuccess(new OpenStream(connecting.channel(), "test", policy));
          } else {
            opened.tryFailure(new OutboundException(Failure.REFUSED, "connect", "test", "refused"));
          }
        });
    return opened;
  }

  private static ChannelFuture connect(InetSocketAddress server, EventLoop loop) {
    return new Bootstrap()
        .group(loop)
        .channel(EventLoops.socketChannel())
        .option(ChannelOption.AUTO_READ, false)
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new SocketEnd());
              }
            })
        .connect(server);
  }

  @Override
  public void close() {
    socket.close().syncUninterruptibly();
    listener.connections().close().syncUninterruptibly();
    streams.forEach(stream -> stream.close().syncUninterruptibly());
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /**
   * How the listener takes datagrams.
   *
   * @param host the address that it listens on
   * @param told the address that applications are told
   */
  public record Udp(String host, @Nullable Address told, UdpLimits limits) {
    public static final Udp DEFAULT = new Udp("127.0.0.1", null, UdpLimits.DEFAULT);
  }
}
