package io.vmessproxy.client.transport.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.grpc.GrpcInbound;
import io.vmessproxy.client.transport.h2.Http2Inbound;
import io.vmessproxy.common.net.InboundTransport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server's end, asked by a client that does as a test wants. */
@Timeout(60)
class AcceptorTest {
  private static final InboundTransport H2 =
      new Http2Inbound(
          new TransportSettings.Http2("PUT", "/path", List.of("a.example", "b.example"), Map.of()));

  private static final InboundTransport GRPC =
      new GrpcInbound(new TransportSettings.Grpc("service", false, null));

  private final Loopback loopback = new Loopback();
  private final BlockingQueue<Channel> atServer = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    loopback.close();
  }

  private Channel connect(InboundTransport transport) throws Exception {
    Channel connection = loopback.open(loopback.serve(transport, atServer::add));
    connection
        .pipeline()
        .addLast(Http2FrameCodecBuilder.forClient().encoderIgnoreMaxHeaderListSize(true).build())
        .addLast(new Http2MultiplexHandler(new Ignoring()))
        .addLast(new Ignoring());
    connection.config().setAutoRead(true);
    return connection;
  }

  private Channel ask(Channel connection, Http2Headers request) throws Exception {
    Channel stream =
        new Http2StreamChannelBootstrap(connection)
            .handler(new Hearing())
            .open()
            .get(10, TimeUnit.SECONDS);
    stream.writeAndFlush(new DefaultHttp2HeadersFrame(request)).sync();
    return stream;
  }

  private String hear() throws Exception {
    return heard.poll(10, TimeUnit.SECONDS);
  }

  private static Http2Headers put(String authority, String path) {
    return new DefaultHttp2Headers().method("PUT").scheme("http").authority(authority).path(path);
  }

  private static Http2Headers call(String path) {
    return put("any", path).method("POST").set("content-type", "application/grpc");
  }

  @ParameterizedTest
  @CsvSource({
    "a.example, /path,     '200, no-store, null, false'",
    "B.example, /path/x?y, '200, no-store, null, false'",
    "a.example, /other,    '404, null, null, true'",
    "c.example, /path,     '404, null, null, true'",
  })
  void h2TakesItsPathAndHosts(String authority, String path, String answer) throws Exception {
    ask(connect(H2), put(authority, path));

    assertThat(hear()).isEqualTo(answer);
    assertThat(atServer).hasSize(answer.startsWith("200") ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({
    "/service/Tun,      '200, null, null, false'",
    "/service/TunMulti, '200, null, null, false'",
    "/service/Other,    '200, null, 12, true'",
    "/other/Tun,        '200, null, 12, true'",
  })
  void grpcTakesItsTwoMethods(String path, String answer) throws Exception {
    ask(connect(GRPC), call(path));

    assertThat(hear()).isEqualTo(answer);
  }

  @Test
  void grpcTakesCallsOnly() throws Exception {
    ask(connect(GRPC), put("any", "/service/Tun"));

    assertThat(hear()).isEqualTo("415, null, null, true");
    assertThat(atServer).isEmpty();
  }

  @Test
  void theClientsEndLeavesTheAnswerOpen() throws Exception {
    Channel stream = ask(connect(GRPC), call("/service/Tun"));
    hear();
    Channel server = atServer.poll(10, TimeUnit.SECONDS);
    server.config().setAutoRead(true);
    stream.writeAndFlush(new DefaultHttp2DataFrame(true)).sync();
    server.writeAndFlush(Unpooled.copiedBuffer("late", US_ASCII)).sync();

    assertThat(hear()).isEqualTo("\0\0\0\0\6\n\4late");
    assertThat(server.isActive()).isTrue();
    server.close();
    assertThat(hear()).isEqualTo("null, null, 0, true");
    assertThat(server.closeFuture().await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(stream.closeFuture().await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aResetClosesTheStreamAlone() throws Exception {
    Channel connection = connect(H2);
    Channel stream = ask(connection, put("a.example", "/path"));
    hear();
    Channel server = atServer.poll(10, TimeUnit.SECONDS);
    stream.close();

    assertThat(server.closeFuture().await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(connection.isActive()).isTrue();
  }

  @Test
  void aFloodOfPingsClosesTheConnection() throws Exception {
    Channel connection = connect(H2);
    for (int i = 0; i < 200; i++) {
      connection.write(new DefaultHttp2PingFrame(i));
    }
    connection.flush();

    assertThat(connection.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
  }

  /** Go's gRPC clients measure the way so: a ping for what comes, one at a time. */
  @Test
  void pingsForWhatIsSentAreNoFlood() throws Exception {
    Channel connection = connect(GRPC);
    ask(connection, call("/service/Tun"));
    hear();
    Channel server = atServer.poll(10, TimeUnit.SECONDS);

    for (int i = 0; i < 300; i++) {
      server.writeAndFlush(Unpooled.copiedBuffer("some", US_ASCII)).sync();
      assertThat(hear()).endsWith("some");
      connection.writeAndFlush(new DefaultHttp2PingFrame(i)).sync();
    }

    // Longer than a connection that is being closed waits for its streams.
    assertThat(connection.closeFuture().await(1500)).isFalse();
  }

  @Test
  void headersThatAreTooManyAreRefusedAlone() throws Exception {
    Channel connection = connect(H2);
    Http2Headers many = put("a.example", "/path");
    for (int i = 0; i < 17; i++) {
      many.add("x-" + i, "x".repeat(1000));
    }
    ask(connection, many);

    assertThat(hear()).startsWith("431");
    ask(connection, put("a.example", "/path"));
    assertThat(hear()).startsWith("200");
    assertThat(atServer).hasSize(1);
  }

  @Test
  void headersThatContradictThemselvesEndTheirStreamAlone() throws Exception {
    Channel connection = connect(H2);
    Channel stream = ask(connection, put("a.example", "/path").set("content-length", "-5"));
    assertThat(stream.closeFuture().await(5, TimeUnit.SECONDS)).isTrue();

    ask(connection, put("a.example", "/path"));
    assertThat(hear()).startsWith("200");
    assertThat(atServer).hasSize(1);
  }

  /** Netty warns of what reaches a pipeline's end: strangers could fill a log. */
  @Test
  void theCodecsVerdictOnARequestGoesNoFurther() {
    InboundConnection connection =
        new InboundConnection(new EmbeddedChannel(), Duration.ofSeconds(60));
    EmbeddedChannel stream =
        new EmbeddedChannel(new ServerStream(connection, new NoGate(), none -> {}));

    stream.pipeline().fireExceptionCaught(new Http2Exception(Http2Error.PROTOCOL_ERROR, "no"));

    stream.checkException();
  }

  @Test
  void aFloodOfResetsClosesTheConnection() throws Exception {
    Channel connection = connect(H2);
    for (int i = 0; i < 1100 && connection.isActive(); i++) {
      connection
          .eventLoop()
          .submit(
              () -> {
                Channel stream =
                    new Http2StreamChannelBootstrap(connection)
                        .handler(new Ignoring())
                        .open()
                        .getNow();
                if (stream != null) {
                  stream.writeAndFlush(new DefaultHttp2HeadersFrame(put("a.example", "/path")));
                  stream.close();
                }
              })
          .await();
    }

    assertThat(connection.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aConnectionWithoutStreamsIsClosed() throws Exception {
    Http2Acceptor acceptor = new Http2Acceptor(new NoGate(), Duration.ofMillis(50));
    Channel connection = connect(acceptor);

    assertThat(connection.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whatIsNotHttp2IsClosed() throws Exception {
    Channel connection = loopback.open(loopback.serve(H2, atServer::add));
    connection.pipeline().addLast(new Ignoring());
    connection.config().setAutoRead(true);
    connection.writeAndFlush(Unpooled.copiedBuffer("GET / HTTP/1.1\r\n\r\n", US_ASCII));

    assertThat(connection.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
  }

  /** Notes what an answer is made of. */
  private final class Hearing extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      if (msg instanceof Http2HeadersFrame frame) {
        Http2Headers headers = frame.headers();
        heard.add(
            headers.status()
                + ", "
                + headers.get("cache-control")
                + ", "
                + headers.get("grpc-status")
                + ", "
                + frame.isEndStream());
      } else if (msg instanceof Http2DataFrame frame) {
        heard.add(frame.content().toString(US_ASCII));
      }
      ReferenceCountUtil.release(msg);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      ReferenceCountUtil.release(event);
    }
  }

  /** Takes all and does nothing. */
  private static final class Ignoring extends ChannelInboundHandlerAdapter {
    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ReferenceCountUtil.release(msg);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      ReferenceCountUtil.release(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  /** Lets nobody in. */
  private static final class NoGate implements Http2Gate {
    @Override
    public Http2Headers refusal(Http2Headers request) {
      return new DefaultHttp2Headers().status("404");
    }

    @Override
    public Http2Headers answer() {
      return new DefaultHttp2Headers().status("200");
    }

    @Override
    public Http2Headers trailers() {
      return new DefaultHttp2Headers();
    }

    @Override
    public List<ChannelHandler> codecs() {
      return List.of();
    }
  }
}
