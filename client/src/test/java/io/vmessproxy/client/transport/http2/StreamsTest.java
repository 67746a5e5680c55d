package io.vmessproxy.client.transport.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.transport.LateFailure;
import io.vmessproxy.client.transport.Origin;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.grpc.GrpcInbound;
import io.vmessproxy.client.transport.grpc.GrpcTransport;
import io.vmessproxy.client.transport.h2.Http2Inbound;
import io.vmessproxy.client.transport.h2.Http2Transport;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ends of both transports against each other. */
@Timeout(120)
class StreamsTest {
  private static final Origin ORIGIN =
      new Origin(new Destination(Address.of("server.example"), 443), null);

  private final Loopback loopback = new Loopback();
  private final BlockingQueue<Channel> atServer = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    loopback.close();
  }

  private OutboundTransport start(String name, Consumer<Channel> streams) throws Exception {
    if (name.equals("h2")) {
      var settings = new TransportSettings.Http2("PUT", "/p", List.of("a.example"), Map.of());
      return new Http2Transport(
          loopback.serve(new Http2Inbound(settings), streams), settings, ORIGIN);
    }
    var settings = new TransportSettings.Grpc("service", name.equals("grpc multi"), null);
    return new GrpcTransport(loopback.serve(new GrpcInbound(settings), streams), settings, ORIGIN);
  }

  private Channel acceptedStream() throws Exception {
    return atServer.poll(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2", "grpc", "grpc multi"})
  void carries64MebibytesBothWaysAtOnce(String name) throws Exception {
    long bytes = 64 << 20;
    Received up = new Received(bytes, true);
    Sender down = new Sender(bytes);
    OutboundTransport transport =
        start(
            name,
            stream -> {
              stream.pipeline().addLast(down, up);
              stream.config().setAutoRead(true);
              down.start(stream);
            });
    Received downloaded = new Received(bytes, true);
    Sender uploaded = new Sender(bytes);
    Channel stream = loopback.open(transport);
    assertThat(stream.config().isAutoRead()).isFalse();
    Loopback.read(stream, uploaded, downloaded);
    uploaded.start(stream);

    assertThat(up.whole.get(100, TimeUnit.SECONDS))
        .isEqualTo(uploaded.whole.get(9, TimeUnit.SECONDS));
    assertThat(downloaded.whole.get(100, TimeUnit.SECONDS))
        .isEqualTo(down.whole.get(9, TimeUnit.SECONDS));
    assertThat(stream.remoteAddress()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2", "grpc"})
  void carries300StreamsInFourConnections(String name) throws Exception {
    OutboundTransport transport =
        start(
            name,
            stream -> {
              stream.pipeline().addLast(new Echo());
              stream.config().setAutoRead(true);
            });
    List<Future<Channel>> opening = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      opening.add(transport.open(loopback.loop));
    }
    List<Sender> senders = new ArrayList<>();
    List<Received> echoes = new ArrayList<>();
    for (Future<Channel> one : opening) {
      Channel stream = one.get(20, TimeUnit.SECONDS);
      senders.add(new Sender(100_000));
      echoes.add(new Received(100_000, false));
      Loopback.read(stream, senders.get(senders.size() - 1), echoes.get(echoes.size() - 1));
      senders.get(senders.size() - 1).start(stream);
    }

    for (int i = 0; i < 300; i++) {
      assertThat(echoes.get(i).whole.get(30, TimeUnit.SECONDS))
          .isEqualTo(senders.get(i).whole.get(1, TimeUnit.SECONDS));
    }
    assertThat(loopback.accepted).hasValueBetween(3, 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2", "grpc"})
  void anUnreadStreamHoldsItsWindowAndNoOtherUp(String name) throws Exception {
    OutboundTransport transport = start(name, atServer::add);
    List<Sender> endless = new ArrayList<>();
    for (int i = 0; i < Http2Limits.CLIENT_STREAMS - 1; i++) {
      loopback.open(transport);
      Channel stream = acceptedStream();
      Sender sender = new Sender(1L << 40);
      endless.add(sender);
      Loopback.join(stream, sender);
      sender.start(stream);
    }
    Channel read = loopback.open(transport);
    Received received = new Received(8 << 20, false);
    Loopback.read(read, received);
    Sender sender = new Sender(8 << 20);
    Channel stream = acceptedStream();
    Loopback.join(stream, sender);
    sender.start(stream);

    assertThat(received.whole.get(20, TimeUnit.SECONDS)).isEqualTo(sender.whole.get());
    assertThat(loopback.accepted).hasValue(1);
    for (Sender one : endless) {
      assertThat(one.written).hasValueLessThan(Http2Limits.STREAM_WINDOW_BYTES + 200_000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2", "grpc"})
  void whatIsWrittenBeforeTheServersCloseArrives(String name) throws Exception {
    OutboundTransport transport = start(name, atServer::add);
    Channel client = loopback.open(transport);
    Channel server = acceptedStream();
    server
        .eventLoop()
        .execute(
            () -> {
              server.writeAndFlush(Unpooled.wrappedBuffer(new byte[3 << 20]));
              server.close();
            });
    Received received = new Received(3 << 20, false);
    Loopback.read(client, received);

    received.whole.get(10, TimeUnit.SECONDS);
    received.closed.get(10, TimeUnit.SECONDS);
    assertThat(received.failures).isEmpty();
    assertThat(LateFailure.of(client)).isEmpty();
    assertThat(server.closeFuture().await(5, TimeUnit.SECONDS)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2", "grpc"})
  void whatIsWrittenBeforeTheClientsCloseArrives(String name) throws Exception {
    OutboundTransport transport = start(name, atServer::add);
    Channel client = loopback.open(transport);
    Channel server = acceptedStream();
    Received received = new Received(100_000, false);
    Loopback.read(server, received);
    client.writeAndFlush(Unpooled.wrappedBuffer(new byte[100_000]));
    ChannelFuture closed = client.close();

    received.whole.get(10, TimeUnit.SECONDS);
    assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
    received.closed.get(10, TimeUnit.SECONDS);
    assertThat(loopback.open).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2", "grpc"})
  void anEmptyWriteIsDoneWhenAllBeforeItIs(String name) throws Exception {
    OutboundTransport transport = start(name, atServer::add);
    Channel client = loopback.open(transport);
    Channel server = acceptedStream();
    ChannelFuture first = client.write(Unpooled.wrappedBuffer(new byte[2 << 20]));
    ChannelFuture empty = client.writeAndFlush(Unpooled.EMPTY_BUFFER);
    // More than a window: it waits until the server reads.
    assertThat(first.await(200)).isFalse();
    assertThat(empty.isDone()).isFalse();
    Received received = new Received(2 << 20, false);
    Loopback.read(server, received);

    assertThat(empty.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(first.isSuccess()).isTrue();
    received.whole.get(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2", "grpc"})
  void carriesBytesInOrderAfterAPause(String name) throws Exception {
    OutboundTransport transport = start(name, atServer::add);
    Channel client = loopback.open(transport);
    Channel server = acceptedStream();
    server.writeAndFlush(Unpooled.copiedBuffer("one", US_ASCII)).sync();
    server.writeAndFlush(Unpooled.copiedBuffer("two", US_ASCII)).sync();
    BlockingQueue<String> read = new LinkedBlockingQueue<>();
    Received received = new Received(6, false);
    Loopback.join(
        client,
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelRead(ChannelHandlerContext ctx, Object msg) {
            read.add(((ByteBuf) msg).toString(US_ASCII));
            ctx.fireChannelRead(msg);
          }
        },
        received);
    assertThat(read).isEmpty();
    client.config().setAutoRead(true);

    received.whole.get(10, TimeUnit.SECONDS);
    assertThat(String.join("", read)).isEqualTo("onetwo");
  }

  /** Sends back what comes, no faster than it goes. */
  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ctx.write(msg);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      ctx.flush();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      ctx.channel().config().setAutoRead(ctx.channel().isWritable());
    }
  }
}
