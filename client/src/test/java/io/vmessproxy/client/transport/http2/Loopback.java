package io.vmessproxy.client.transport.http2;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.tcp.TcpTransport;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.InboundTransport;
import io.vmessproxy.common.net.StreamOptions;
import io.vmessproxy.common.net.SystemResolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A listener and the way to it, on real sockets of this machine. */
final class Loopback implements AutoCloseable {
  private final EventLoopGroup serverLoops = EventLoops.group(1);
  private final EventLoopGroup clientLoops = EventLoops.group(1);
  private final SystemResolver resolver = new SystemResolver();
  private final Dialer dialer = new Dialer(resolver);

  /** How many connections were accepted. */
  final AtomicInteger accepted = new AtomicInteger();

  /** Those that are open. */
  final Set<Channel> open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  private final ChannelGroup streams = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  private final ChannelGroup serverStreams = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  /** Where the client's channels live. */
  final EventLoop loop = clientLoops.next();

  /** Listens; returns the way there. */
  OutboundTransport serve(Consumer<Channel> connections) throws Exception {
    return new TcpTransport(dialer, listen(connections), Duration.ofSeconds(5));
  }

  OutboundTransport serve(InboundTransport transport, Consumer<Channel> streams) throws Exception {
    return serve(
        connection ->
            transport.accept(
                connection,
                stream -> {
                  serverStreams.add(stream);
                  streams.accept(stream);
                }));
  }

  Destination listen(Consumer<Channel> connections) throws Exception {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(serverLoops)
            .channel(EventLoops.serverChannel())
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel connection) {
                    accepted.incrementAndGet();
                    open.add(connection);
                    connections.accept(connection);
                  }
                });
    StreamOptions.apply(bootstrap);
    Channel listener =
        bootstrap.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).sync().channel();
    int port = ((InetSocketAddress) listener.localAddress()).getPort();
    return new Destination(Address.of("127.0.0.1"), port);
  }

  /** A stream, or the exception that it failed with. */
  Channel open(OutboundTransport transport) throws Exception {
    Channel stream = transport.open(loop).get(10, TimeUnit.SECONDS);
    streams.add(stream);
    return stream;
  }

  /** Puts handlers at a pipeline's end; what happens on its event loop from now on, they see. */
  static void join(Channel channel, ChannelHandler... handlers) throws Exception {
    channel.eventLoop().submit(() -> channel.pipeline().addLast(handlers)).sync();
  }

  /** As above, and reads from now on. */
  static void read(Channel channel, ChannelHandler... handlers) throws Exception {
    channel
        .eventLoop()
        .submit(
            () -> {
              channel.pipeline().addLast(handlers);
              channel.config().setAutoRead(true);
            })
        .sync();
  }

  @Override
  public void close() {
    // What a stream holds unread is its owner's.
    streams.close().awaitUninterruptibly();
    serverStreams.close().awaitUninterruptibly();
    clientLoops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    serverLoops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }
}
