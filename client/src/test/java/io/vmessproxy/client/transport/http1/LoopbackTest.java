package io.vmessproxy.client.transport.http1;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.LateFailure;
import io.vmessproxy.client.transport.Layering;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.client.transport.TransportException;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import io.vmessproxy.client.transport.TransportSettings.HttpHeader;
import io.vmessproxy.client.transport.TransportSettings.HttpUpgrade;
import io.vmessproxy.client.transport.TransportSettings.WebSocket;
import io.vmessproxy.client.transport.stack.Transports;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both halves of each transport over HTTP/1.1 against each other, on real sockets. */
@Timeout(60)
class LoopbackTest {
  private static final long TOTAL_BYTES = 64L << 20;

  private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
  private final EventLoopGroup loops = EventLoops.group(2);
  private final SystemResolver resolver = new SystemResolver();

  /** The highest level writes a stack trace down for each eight bytes that are masked. */
  @BeforeEach
  void trackFewerBuffers() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
  }

  @AfterEach
  void stop() {
    ResourceLeakDetector.setLevel(level);
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }

  static Stream<TransportSettings> transports() {
    return Stream.of(
        new HttpHeader("GET", List.of("/a", "/b"), Map.of()),
        new HttpUpgrade("/p", "h.example", Map.of()),
        new WebSocket("/p?x", "h.example", Map.of(), null),
        new WebSocket("/p", null, Map.of(), new EarlyData(2048, EarlyData.USUAL_HEADER)),
        new WebSocket("/p", null, Map.of(), new EarlyData(4096, "X-Early")),
        new WebSocket("/p/", null, Map.of(), new EarlyData(100, "")));
  }

  private int serve(TransportSettings settings, Consumer<Channel> streams) throws Exception {
    InboundTransport transport = Transports.inbound(settings, null);
    ChannelHandler accepted =
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel connection) {
            transport.accept(connection, streams);
          }
        };
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channel(EventLoops.serverChannel())
            .childHandler(accepted);
    StreamOptions.apply(bootstrap);
    Channel listener = bootstrap.bind(InetAddress.getLoopbackAddress(), 0).sync().channel();
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  private Future<Channel> open(int port, TransportSettings settings) {
    Destination server = new Destination(Address.of("127.0.0.1"), port);
    OutboundTransport tcp = new TcpTransport(new Dialer(resolver), server, Duration.ofSeconds(5));
    return Transports.outbound(
            tcp, server, new StreamSettings(settings, null), Duration.ofSeconds(4), Layering.NONE)
        .open(loops.next());
  }

  @ParameterizedTest
  @MethodSource("transports")
  void everyByteArrivesBothWays(TransportSettings settings) throws Exception {
    Pump there = new Pump(TOTAL_BYTES, 1);
    Pump here = new Pump(TOTAL_BYTES, 2);
    int port = serve(settings, stream -> stream.pipeline().addLast(there));
    Channel stream = open(port, settings).get(5, TimeUnit.SECONDS);
    assertThat(stream.config().isAutoRead()).isFalse();
    stream.pipeline().addLast(here);

    here.received().get(50, TimeUnit.SECONDS);
    there.received().get(50, TimeUnit.SECONDS);

    stream.close().sync();
    there.closed().get(5, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aServersCloseArrivesBehindItsBytes(TransportSettings settings) throws Exception {
    Pump here = new Pump(1, 2);
    int port =
        serve(
            settings,
            stream -> {
              stream.pipeline().addLast(new Pump(1, 1));
              stream.eventLoop().schedule(() -> stream.close(), 300, TimeUnit.MILLISECONDS);
            });
    open(port, settings).get(5, TimeUnit.SECONDS).pipeline().addLast(here);

    here.received().get(5, TimeUnit.SECONDS);
    here.closed().get(5, TimeUnit.SECONDS);
  }

  @Test
  void aWrongPathFailsTheOpening() throws Exception {
    int port = serve(new WebSocket("/p", null, Map.of(), null), stream -> {});
    Future<Channel> opened = open(port, new WebSocket("/q", null, Map.of(), null));

    assertThat(opened.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(opened.cause())
        .isInstanceOfSatisfying(
            TransportException.class, e -> assertThat(e.failure()).isEqualTo(Failure.WRONG_PATH));
  }

  @Test
  void aWrongPathIsALateFailureWhereTheStreamIsOpenAlready() throws Exception {
    int port = serve(new HttpHeader("GET", List.of("/p"), Map.of()), stream -> {});
    HttpHeader wrong = new HttpHeader("GET", List.of("/q"), Map.of());
    Channel stream = open(port, wrong).get(5, TimeUnit.SECONDS);
    stream.pipeline().addLast(new Pump(1, 1));

    assertThat(stream.closeFuture().await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(LateFailure.of(stream))
        .map(TransportException::failure)
        .contains(Failure.WRONG_PATH);
  }
}
