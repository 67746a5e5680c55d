package io.vmessproxy.client.transport.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.LateFailure;
import io.vmessproxy.client.transport.OutboundTransport;
import io.vmessproxy.client.transport.ServerDate;
import io.vmessproxy.client.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client's connections, against servers that do as a test wants. */
@Timeout(120)
class SharedConnectionTest {
  private static final Http2Pool.Timing PATIENT =
      new Http2Pool.Timing(
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20));

  private static final Duration SOON = Duration.ofMillis(20);

  private final Loopback loopback = new Loopback();

  @AfterEach
  void stop() {
    loopback.close();
  }

  private static Http2Headers ok() {
    return new DefaultHttp2Headers().status("200");
  }

  private OutboundTransport pool(OutboundTransport below, Http2Pool.Timing timing, boolean waits) {
    return new Http2Pool(below, new PlainRequest(waits), timing);
  }

  private TransportException failure(OutboundTransport transport) {
    try {
      loopback.open(transport);
    } catch (ExecutionException e) {
      return (TransportException) e.getCause();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("it opened");
  }

  private void echoes(Channel stream) throws Exception {
    Received received = new Received(5, false);
    Loopback.read(stream, received);
    stream.writeAndFlush(Unpooled.copiedBuffer("hello", US_ASCII));
    received.whole.get(10, TimeUnit.SECONDS);
  }

  @Test
  void streamsShareAConnection() throws Exception {
    RawServer server = new RawServer(new Http2Settings(), ok(), false);
    OutboundTransport pool = pool(loopback.serve(server), PATIENT, true);
    for (int i = 0; i < 5; i++) {
      echoes(loopback.open(pool));
    }

    assertThat(loopback.accepted).hasValue(1);
  }

  @Test
  void aServerThatAllowsOneStreamGetsAConnectionForEach() throws Exception {
    RawServer server = new RawServer(new Http2Settings().maxConcurrentStreams(1), ok(), false);
    OutboundTransport pool = pool(loopback.serve(server), PATIENT, true);
    var first = pool.open(loopback.loop);
    var second = pool.open(loopback.loop);
    echoes(first.get(10, TimeUnit.SECONDS));
    echoes(second.get(10, TimeUnit.SECONDS));
    assertThat(loopback.accepted).hasValue(2);
    first.getNow().close().await(5, TimeUnit.SECONDS);
    echoes(loopback.open(pool));

    assertThat(loopback.accepted).hasValue(2);
  }

  @Test
  void aServerThatAllowsNoStreamsIsLeftAfterSomeTries() throws Exception {
    RawServer server = new RawServer(new Http2Settings().maxConcurrentStreams(0), ok(), false);
    TransportException failure = failure(pool(loopback.serve(server), PATIENT, true));

    assertThat(failure.failure()).isEqualTo(Failure.TRANSPORT);
    assertThat(loopback.accepted).hasValueLessThan(6);
  }

  @Test
  void aConnectionThatTakesNoStreamsIsNotKept() throws Exception {
    RawServer server = new RawServer(new Http2Settings().maxConcurrentStreams(0), ok(), false);
    OutboundTransport pool = pool(loopback.serve(server), PATIENT, true);
    for (int i = 0; i < 3; i++) {
      failure(pool);
    }

    for (Channel connection : loopback.open) {
      assertThat(connection.closeFuture().await(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void afterGoAwayRunningStreamsGoOnAndNewOnesHaveAnotherConnection() throws Exception {
    RawServer server = new RawServer(new Http2Settings(), ok(), false);
    OutboundTransport pool = pool(loopback.serve(server), PATIENT, true);
    Channel running = loopback.open(pool);
    Channel connection = loopback.open.iterator().next();
    connection.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR)).sync();
    echoes(running);
    echoes(loopback.open(pool));

    assertThat(loopback.accepted).hasValue(2);
    assertThat(running.isActive()).isTrue();
    running.close();
    assertThat(connection.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whatAGoAwaySaysIsTheReasonOfWhatItEnds() throws Exception {
    RawServer server = new RawServer(new Http2Settings(), null, false);
    OutboundTransport pool = pool(loopback.serve(server), PATIENT, false);
    Channel stream = loopback.open(pool);
    Received received = new Received(1, false);
    Loopback.join(stream, received);
    server.requests.poll(10, TimeUnit.SECONDS);
    Channel connection = loopback.open.iterator().next();
    ByteBuf text = Unpooled.copiedBuffer("too_many_pings", US_ASCII);
    // The codec closes the connection behind it.
    connection.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.ENHANCE_YOUR_CALM, text));

    received.closed.get(10, TimeUnit.SECONDS);
    assertThat(LateFailure.of(stream).orElseThrow().evidence())
        .isEqualTo(
            "closes the connection: wants fewer requests or pings (ENHANCE_YOUR_CALM)"
                + " too_many_pings");
    assertThat(received.failures).containsExactly(LateFailure.of(stream).orElseThrow());
  }

  @Test
  void aStreamThatWasRefusedIsOpenedOnceMore() throws Exception {
    RawServer server = new RawServer(new Http2Settings(), null, false);
    OutboundTransport pool = pool(loopback.serve(server), PATIENT, true);
    var opening = pool.open(loopback.loop);
    Channel refused = server.streams.poll(10, TimeUnit.SECONDS);
    server.requests.poll(10, TimeUnit.SECONDS);
    refused.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.REFUSED_STREAM));
    server.requests.poll(10, TimeUnit.SECONDS);
    Channel again = server.streams.poll(10, TimeUnit.SECONDS);
    again.writeAndFlush(new DefaultHttp2HeadersFrame(ok()));

    echoes(opening.get(10, TimeUnit.SECONDS));
  }

  @Test
  void aSilentConnectionIsAskedAndUsedIfItAnswers() throws Exception {
    RawServer server = new RawServer(new Http2Settings(), ok(), false);
    var timing =
        new Http2Pool.Timing(
            PATIENT.settings(), PATIENT.answer(), Duration.ZERO, PATIENT.ping(), PATIENT.idle());
    OutboundTransport pool = pool(loopback.serve(server), timing, true);
    echoes(loopback.open(pool));
    echoes(loopback.open(pool));
    echoes(loopback.open(pool));

    assertThat(loopback.accepted).hasValue(1);
  }

  @Test
  void aDeadConnectionIsLeftWhenItDoesNotAnswer() throws Exception {
    RawServer server = new RawServer(new Http2Settings(), ok(), false);
    var timing =
        new Http2Pool.Timing(
            PATIENT.settings(), PATIENT.answer(), Duration.ZERO, SOON, PATIENT.idle());
    OutboundTransport pool = pool(loopback.serve(server), timing, true);
    Channel dead = loopback.open(pool);
    Received received = new Received(1, false);
    Loopback.join(dead, received);
    Channel connection = loopback.open.iterator().next();
    connection.eventLoop().submit(() -> connection.config().setAutoRead(false)).sync();
    connection.pipeline().addFirst(new Deaf());
    echoes(loopback.open(pool));

    received.closed.get(10, TimeUnit.SECONDS);
    assertThat(LateFailure.of(dead).orElseThrow().evidence()).isEqualTo("the connection has died");
    assertThat(loopback.accepted).hasValue(2);
  }

  @Test
  void anIdleConnectionIsClosed() throws Exception {
    RawServer server = new RawServer(new Http2Settings(), ok(), false);
    var timing =
        new Http2Pool.Timing(
            PATIENT.settings(), PATIENT.answer(), PATIENT.silence(), PATIENT.ping(), SOON);
    OutboundTransport pool = pool(loopback.serve(server), timing, true);
    Channel stream = loopback.open(pool);
    Channel connection = loopback.open.iterator().next();
    echoes(stream);
    stream.close();

    assertThat(connection.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void openingDoesNotWaitForLateHeaders() throws Exception {
    RawServer server = new RawServer(new Http2Settings(), null, false);
    var timing =
        new Http2Pool.Timing(
            PATIENT.settings(), SOON, PATIENT.silence(), PATIENT.ping(), PATIENT.idle());
    Channel stream = loopback.open(pool(loopback.serve(server), timing, true));
    Received received = new Received(1, false);
    Loopback.join(stream, received);
    Channel late = server.streams.poll(10, TimeUnit.SECONDS);
    late.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("404"), true));

    received.closed.get(10, TimeUnit.SECONDS);
    assertThat(LateFailure.of(stream).orElseThrow().failure()).isEqualTo(Failure.WRONG_PATH);
    assertThat(received.failures).hasSize(1);
  }

  @Test
  void notesTheServersDate() throws Exception {
    RawServer server =
        new RawServer(
            new Http2Settings(), ok().set("date", "Tue, 01 Jan 2030 00:00:00 GMT"), false);
    Channel stream = loopback.open(pool(loopback.serve(server), PATIENT, true));

    assertThat(ServerDate.ahead(stream)).isPresent();
  }

  @Test
  void resetBeforeAnAnswerIsAFailure() throws Exception {
    RawServer server = new RawServer(new Http2Settings(), null, false);
    var opening = pool(loopback.serve(server), PATIENT, true).open(loopback.loop);
    Channel stream = server.streams.poll(10, TimeUnit.SECONDS);
    server.requests.poll(10, TimeUnit.SECONDS);
    stream.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));

    assertThatThrownBy(() -> opening.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(TransportException.class)
        .hasMessageContaining("reset the stream before an answer: has a fault of its own");
  }

  @Test
  void anAnswerThatBreaksHttp2IsAFailureThatSaysSo() throws Exception {
    Http2Headers upperCase = new DefaultHttp2Headers(false).status("200").set("X-Upper", "1");
    RawServer server = new RawServer(new Http2Settings(), upperCase, false);
    TransportException told = failure(pool(loopback.serve(server), PATIENT, true));

    assertThat(told.failure()).isEqualTo(Failure.TRANSPORT);
    assertThat(told.evidence()).startsWith("broke HTTP/2: ");
  }

  @Test
  void aBodyThatBreaksHttp2FailsItsStream() throws Exception {
    RawServer server = new RawServer(new Http2Settings(), ok().set("content-length", "3"), false);
    Channel stream = loopback.open(pool(loopback.serve(server), PATIENT, true));
    Received received = new Received(5, false);
    Loopback.read(stream, received);
    stream.writeAndFlush(Unpooled.copiedBuffer("hello", US_ASCII));

    received.closed.get(10, TimeUnit.SECONDS);
    assertThat(LateFailure.of(stream).orElseThrow().evidence()).startsWith("broke HTTP/2: ");
    assertThat(received.failures).hasOnlyElementsOfType(TransportException.class).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "'HTTP/1.1 400 Bad Request\r\n\r\n', TRANSPORT, 'speaks HTTP/1.1, not HTTP/2: HTTP/1.1 400 Bad Request'",
    "'HTTP/1.1 400 Bad Request\r\n\r\nThe plain HTTP request was sent to HTTPS port', PLAIN_TO_TLS, answered that this is an HTTPS port",
    "ALERT, PLAIN_TO_TLS, answered with a TLS alert",
    "'SSH-2.0-OpenSSH_9.2\r\n', TRANSPORT, speaks something else than HTTP/2 (first byte 0x53)",
    "'', RESET, ended the connection before an HTTP/2 answer",
    "BREAK, RESET, ended the connection before an HTTP/2 answer",
  })
  void tellsWhatAnotherServerSpeaks(String answer, Failure failure, String evidence)
      throws Exception {
    OutboundTransport below =
        loopback.serve(
            connection ->
                connection
                    .pipeline()
                    .addLast(new Other(answer.equals("ALERT") ? "\25\3\1\0\2\2\50" : answer)));
    TransportException told = failure(pool(below, PATIENT, true));

    assertThat(told.failure()).isEqualTo(failure);
    assertThat(told.evidence()).isEqualTo(evidence);
    assertThat(told.stage()).isEqualTo("plain");
  }

  @Test
  void aServerThatSaysNothingIsLeftInTime() throws Exception {
    OutboundTransport below = loopback.serve(connection -> {});
    var timing = new Http2Pool.Timing(SOON, SOON, SOON, SOON, SOON);

    assertThat(failure(pool(below, timing, true)).failure()).isEqualTo(Failure.TIMED_OUT);
  }

  @Test
  void aCancelledOpeningLeavesNothing() throws Exception {
    RawServer server = new RawServer(new Http2Settings(), null, false);
    OutboundTransport pool = pool(loopback.serve(server), PATIENT, true);
    var opening = pool.open(loopback.loop);
    Channel stream = server.streams.poll(10, TimeUnit.SECONDS);
    server.requests.poll(10, TimeUnit.SECONDS);
    opening.cancel(false);

    assertThat(stream.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(loopback.open).hasSize(1);
  }

  /** Takes all and says nothing. */
  private static final class Deaf extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ReferenceCountUtil.release(msg);
    }
  }

  /** Answers the first bytes with text, and closes. */
  private static final class Other extends ChannelInboundHandlerAdapter {
    private final String answer;

    Other(String answer) {
      this.answer = answer;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ReferenceCountUtil.release(msg);
      if (answer.equals("BREAK")) {
        ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        ctx.close();
      } else {
        // A close before the client's last bytes are here would break the connection.
        ctx.writeAndFlush(Unpooled.copiedBuffer(answer, US_ASCII));
        ((DuplexChannel) ctx.channel()).shutdownOutput();
      }
    }
  }

  /** A request without much. */
  private record PlainRequest(boolean awaitsAnswer) implements Http2Request {
    @Override
    public String stage() {
      return "plain";
    }

    @Override
    public Http2Headers headers() {
      return new DefaultHttp2Headers().method("PUT").scheme("http").path("/").authority("a");
    }

    @Override
    public @Nullable TransportException answered(Http2Headers headers, boolean ended) {
      return "200".contentEquals(headers.status())
          ? null
          : new TransportException(Failure.WRONG_PATH, stage(), "answered otherwise", "");
    }

    @Override
    public @Nullable TransportException ended(Http2Headers trailers) {
      return null;
    }

    @Override
    public List<ChannelHandler> codecs() {
      return new ArrayList<>();
    }
  }
}
