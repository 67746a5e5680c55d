package io.vmessproxy.client.transport.http2;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.TransportException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One shared connection, the client's end, from its dial to its end. On its event loop.
 *
 * <p>Streams wait until the server's settings are here: they say how many it takes, and that it is
 * an HTTP/2 server at all. They wait, too, while a connection that was long silent is asked whether
 * it still lives. Servers of gRPC put up with such a ping as long as there are answers between two
 * of them, so a connection that gave none takes no more streams.
 */
final class OutboundConnection {
  private static final Logger LOG = LoggerFactory.getLogger(OutboundConnection.class);

  private enum State {
    DIALING,
    SETTLING,
    READY,
    PINGING,
    RETIRED
  }

  private final Http2Pool pool;
  private final List<OutboundConnection> all;
  private final ServerBytes serverBytes;
  private final Queue<Opening> waiting = new ArrayDeque<>();

  private State state = State.DIALING;
  private @Nullable Channel channel;
  private @Nullable Http2FrameCodec codec;
  private int streams;
  private int maxStreams;
  private boolean answeredSincePing = true;
  private @Nullable TransportException reason;
  private @Nullable ScheduledFuture<?> timer; // settings, ping or idle: one at a time

  /**
   * @param all where it stands as long as it takes streams
   */
  OutboundConnection(Http2Pool pool, List<OutboundConnection> all) {
    this.pool = pool;
    this.all = all;
    this.maxStreams = pool.usualStreams();
    this.serverBytes = new ServerBytes(this, pool.request().stage());
  }

  void dial(Future<Channel> dialing) {
    dialing.addListener(
        dialed -> {
          if (dialed.isSuccess()) {
            settle(dialing.getNow());
          } else {
            retire();
            failWaiting(dialed.cause());
          }
        });
  }

  private void settle(Channel dialed) {
    channel = dialed;
    state = State.SETTLING;
    Http2FrameCodec made = Http2Limits.clientCodec();
    codec = made;
    dialed
        .pipeline()
        .addLast(serverBytes)
        .addLast(made)
        .addLast(new Http2MultiplexHandler(new NoPush()))
        .addLast(new ConnectionFrames(this));
    Http2Limits.widen(dialed, made);
    setTimer(pool.timing().settings(), this::settingsLate);
    dialed.closeFuture().addListener(closed -> closed());
    dialed.config().setAutoRead(true);
  }

  private void settingsLate() {
    failed(
        new TransportException(
            Failure.TIMED_OUT,
            pool.request().stage(),
            "no HTTP/2 answer within %d ms".formatted(pool.timing().settings().toMillis()),
            "does the server speak HTTP/2 on this port?"));
  }

  /** Whether a stream may be put on it. */
  boolean hasRoom() {
    int open = streams;
    if (codec != null) {
      // A stream that we have closed counts until its reset is out.
      open = Math.max(open, codec.connection().local().numActiveStreams());
    }
    return state != State.RETIRED && open + waiting.size() < maxStreams;
  }

  /** Takes a stream; there is room. */
  void open(Opening opening) {
    if (state == State.READY && serverBytes.silentFor(pool.timing().silence())) {
      ping();
    }
    switch (state) {
      case READY -> start(opening);
      case RETIRED -> opening.place(pool.request().stage());
      case DIALING, SETTLING, PINGING -> waiting.add(opening);
    }
  }

  private void ping() {
    if (!answeredSincePing) {
      leave();
      return;
    }
    state = State.PINGING;
    answeredSincePing = false;
    setTimer(pool.timing().ping(), this::pingLate);
    channel().writeAndFlush(new DefaultHttp2PingFrame(serverBytes.lastNanos()));
  }

  private void pingLate() {
    LOG.debug("{}: no answer to a ping", channel);
    end(failure(Failure.RESET, "the connection has died"));
    placeElsewhere();
    serverBytes.abort();
  }

  /** The server's settings are here: the first ones, or others. */
  void settings(Http2Settings settings) {
    Long allowed = settings.maxConcurrentStreams();
    if (allowed != null || state == State.SETTLING) {
      maxStreams =
          (int) Math.min(Http2Limits.CLIENT_STREAMS, allowed == null ? Long.MAX_VALUE : allowed);
      pool.learn(maxStreams);
    }
    if (maxStreams == 0) {
      leave(); // Kept, there would be more of its kind with each stream that is asked for.
      return;
    }
    if (state == State.SETTLING) {
      ready();
    }
  }

  void pingAnswered() {
    if (state == State.PINGING) {
      ready();
    }
  }

  private void ready() {
    state = State.READY;
    List<Opening> mine = new ArrayList<>(waiting);
    waiting.clear();
    if (streams == 0) {
      setTimer(pool.timing().idle(), this::idle);
    } else {
      cancelTimer();
    }
    for (Opening opening : mine) {
      if (state == State.READY && hasRoom()) {
        start(opening);
      } else {
        opening.place(pool.request().stage());
      }
    }
  }

  private void start(Opening opening) {
    if (opening.isDone()) {
      return;
    }
    cancelTimer();
    streams++;
    new Http2StreamChannelBootstrap(channel())
        .option(ChannelOption.AUTO_READ, false)
        .handler(new ClientStream(this, pool.request(), pool.timing().answer(), opening))
        .open()
        .addListener(
            opened -> {
              if (opened.isSuccess()) {
                ((Channel) opened.getNow()).closeFuture().addListener(closed -> ended());
              } else {
                ended();
                opening.fail(opened.cause());
              }
            });
  }

  /** A stream has got headers: the server is about its work. */
  void answered() {
    answeredSincePing = true;
  }

  private void ended() {
    streams--;
    if (streams > 0 || !channel().isActive()) {
      return;
    }
    if (state == State.RETIRED) {
      channel().close();
    } else if (state == State.READY) {
      setTimer(pool.timing().idle(), this::idle);
    }
  }

  private void idle() {
    retire();
    channel().close();
  }

  /** The server wants no more streams here; those that it has taken go on. */
  void goAway(Http2GoAwayFrame frame) {
    if (frame.errorCode() != Http2Error.NO_ERROR.code()) {
      reason =
          failure(
              Failure.TRANSPORT,
              "closes the connection: %s %s"
                  .formatted(
                      PeerWords.error(frame.errorCode()),
                      PeerWords.of(frame.content().toString(StandardCharsets.US_ASCII))));
    }
    leave();
  }

  /** As {@link #leave}, if it stands: one that is being dialed is as new as any. */
  void withdraw() {
    if (state != State.DIALING && state != State.RETIRED) {
      leave();
    }
  }

  /** No more streams here; those that run go on. */
  private void leave() {
    retire();
    placeElsewhere();
    if (streams == 0) {
      channel().close();
    }
  }

  private void placeElsewhere() {
    List<Opening> elsewhere = new ArrayList<>(waiting);
    waiting.clear();
    elsewhere.forEach(opening -> opening.place(pool.request().stage()));
  }

  /** What went wrong with the connection as a whole closes it, and with it all streams. */
  void failed(Failure failure, String evidence) {
    failed(failure(failure, evidence));
  }

  void failed(TransportException why) {
    end(why);
    serverBytes.abort();
  }

  private void end(TransportException why) {
    if (reason == null) {
      reason = why;
    }
    retire();
  }

  private void closed() {
    State last = state;
    retire();
    if (last == State.PINGING) {
      placeElsewhere();
    }
    if (last == State.SETTLING && reason == null) {
      reason = unanswered();
    }
    failWaiting(endReason());
  }

  /**
   * The TCP connection broke. Before an answer that is the same as a close: which of the two is
   * seen depends on what we had still to write.
   */
  void broke(String said) {
    failed(
        state == State.SETTLING
            ? unanswered()
            : failure(Failure.RESET, "the connection broke: " + said));
  }

  private TransportException unanswered() {
    return new TransportException(
        Failure.RESET,
        pool.request().stage(),
        "ended the connection before an HTTP/2 answer",
        "does the server speak HTTP/2 on this port, and with or without TLS as here?");
  }

  /** Why streams end with the connection. */
  TransportException endReason() {
    return reason != null ? reason : failure(Failure.RESET, "closed the connection");
  }

  private TransportException failure(Failure failure, String evidence) {
    return new TransportException(failure, pool.request().stage(), evidence, "");
  }

  private void failWaiting(Throwable cause) {
    List<Opening> failed = new ArrayList<>(waiting);
    waiting.clear();
    failed.forEach(opening -> opening.fail(cause));
  }

  private void retire() {
    state = State.RETIRED;
    cancelTimer();
    all.remove(this);
  }

  private void setTimer(Duration delay, Runnable task) {
    cancelTimer();
    timer = channel().eventLoop().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void cancelTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private Channel channel() {
    if (channel == null) {
      throw new IllegalStateException("not connected");
    }
    return channel;
  }

  /** Servers may not push; one that does gets its stream closed. */
  private static final class NoPush extends ChannelInboundHandlerAdapter {
    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.close();
    }
  }
}
