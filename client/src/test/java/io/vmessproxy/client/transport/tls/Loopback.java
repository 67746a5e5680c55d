package io.vmessproxy.client.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.X509Bundle;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.vmessproxy.client.transport.TlsSettings;
import io.vmessproxy.client.transport.TransportException;
import io.vmessproxy.client.transport.tcp.TcpTransport;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.InboundTransport;
import io.vmessproxy.common.net.StreamOptions;
import io.vmessproxy.common.net.SystemResolver;
import io.vmessproxy.common.net.UnjoinedGuard;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Servers and our client on this machine, over real sockets. */
final class Loopback implements AutoCloseable {
  private static final int TIMEOUT_SECONDS = 20;

  private final EventLoopGroup loops = EventLoops.group(2);
  private final ChannelGroup listeners = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final SystemResolver resolver = new SystemResolver();

  /**
   * @param client who does TLS for {@link TlsTransport} and {@link TlsInbound}
   */
  Loopback(Provider client) {
    client.choose();
  }

  /** Settings for a server of the test's authority. */
  static TlsSettings settings(@Nullable String serverName) {
    return new TlsSettings(
        serverName, List.of(), false, Certificates.roots(), List.of(), List.of());
  }

  /** A server by Netty alone, on the JDK's TLS: it sends back what it gets. Returns its port. */
  int echo(X509Bundle bundle) {
    return echo(bundle, SslProvider.JDK, builder -> builder);
  }

  int echo(X509Bundle bundle, SslProvider provider, UnaryOperator<SslContextBuilder> more) {
    return echo(more.apply(server(bundle, bundle.getCertificatePath()).sslProvider(provider)));
  }

  /** What a server of these certificates is made with. */
  static SslContextBuilder server(X509Bundle bundle, X509Certificate... chain) {
    return SslContextBuilder.forServer(bundle.getKeyPair().getPrivate(), chain)
        .sslProvider(SslProvider.JDK);
  }

  int echo(SslContextBuilder builder) {
    try {
      SslContext context = builder.build();
      return listen(
          channel -> {
            channel.config().setAutoRead(true);
            channel.pipeline().addLast(context.newHandler(channel.alloc()), new Echo());
          });
    } catch (SSLException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A server whose connections are as {@code accepted} makes them, auto-read off. */
  int listen(Consumer<Channel> accepted) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(EventLoops.serverChannel())
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.add(channel);
                    accepted.accept(channel);
                  }
                });
    StreamOptions.apply(bootstrap);
    Channel listener =
        bootstrap
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
    listeners.add(listener);
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  void stopListening() {
    listeners.close().syncUninterruptibly();
  }

  /** A server of ours. */
  int serve(InboundTransport transport, ChannelHandler stream) {
    return listen(
        connection -> {
          transport.accept(connection, channel -> channel.pipeline().addLast(stream));
          connection.pipeline().addLast(UnjoinedGuard.INSTANCE);
        });
  }

  TlsTransport client(int port, TlsSettings settings) {
    return client(port, settings, List.of());
  }

  TlsTransport client(int port, TlsSettings settings, List<String> alpn) {
    return client(port, settings, alpn, Duration.ofSeconds(10));
  }

  TlsTransport client(int port, TlsSettings settings, List<String> alpn, Duration timeout) {
    Destination server = new Destination(Address.of("127.0.0.1"), port);
    return new TlsTransport(tcp(server), server, settings, alpn, timeout);
  }

  TcpTransport tcp(Destination server) {
    return new TcpTransport(new Dialer(resolver), server, Duration.ofSeconds(10));
  }

  Future<Channel> start(TlsTransport client) {
    return client.open(loops.next());
  }

  /** An open channel, auto-read off. */
  Channel open(TlsTransport client) throws Exception {
    Channel channel = start(client).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    connections.add(channel);
    return channel;
  }

  /** Why it does not open. */
  TransportException refused(TlsTransport client) throws InterruptedException {
    Future<Channel> opening = start(client);
    assertThat(opening.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(opening.cause()).isInstanceOf(TransportException.class);
    TransportException fault = (TransportException) opening.cause();
    assertThat(fault.stage()).isEqualTo("tls");
    return fault;
  }

  /** What comes back for what is sent. */
  static String echoed(Channel channel, String text) throws InterruptedException {
    BlockingQueue<String> read = new LinkedBlockingQueue<>();
    channel.pipeline().addLast(new Collector(read));
    channel.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    channel.read();
    return String.valueOf(read.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS));
  }

  /** The same, sent the moment the channel is open. */
  String echoedAtOnce(TlsTransport client, String text) throws InterruptedException {
    BlockingQueue<String> read = new LinkedBlockingQueue<>();
    Future<Channel> opening = start(client);
    opening.addListener(
        opened -> {
          Channel channel = opening.getNow();
          channel.pipeline().addLast(new Collector(read));
          channel.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
          channel.read();
        });
    return String.valueOf(read.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS));
  }

  @Override
  public void close() {
    Provider.forget();
    resolver.close();
    connections.close().awaitUninterruptibly();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static final class Collector extends ChannelInboundHandlerAdapter {
    private final BlockingQueue<String> read;

    Collector(BlockingQueue<String> read) {
      this.read = read;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ByteBuf in = (ByteBuf) msg;
      read.add(in.toString(StandardCharsets.US_ASCII));
      in.release();
    }
  }

  /** Sends back what it gets. */
  @Sharable
  static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      if (ctx.channel().isActive()) {
        ctx.read();
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ctx.writeAndFlush(msg);
      ctx.read();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
