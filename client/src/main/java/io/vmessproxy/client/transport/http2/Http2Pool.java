package io.vmessproxy.client.transport.http2;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.transport.OutboundTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The HTTP/2 connections to one server. A stream goes to the first connection of its event loop
 * that has room, else to a new one; those of one loop are touched on it alone.
 */
public final class Http2Pool implements OutboundTransport {
  private final OutboundTransport below;
  private final Http2Request request;

  /** From a connection to the server's first frame, where nothing else is said. */
  public static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(4);

  private final Timing timing;
  private final Map<EventLoop, List<OutboundConnection>> connections = new ConcurrentHashMap<>();

  /** What the server allowed last; a connection that is being opened is counted on for as many. */
  private volatile int usualStreams = Http2Limits.CLIENT_STREAMS;

  /**
   * How long what may take.
   *
   * @param settings from a connection to the server's first frame
   * @param answer for an answer's headers, where a stream awaits them; longer ones come behind the
   *     first bytes
   * @param silence after which a connection is asked whether it lives, before a stream is put on it
   * @param ping for its answer
   * @param idle a connection without streams is kept
   */
  record Timing(
      Duration settings, Duration answer, Duration silence, Duration ping, Duration idle) {
    static final Timing USUAL = usual(HANDSHAKE_TIMEOUT);

    static Timing usual(Duration settings) {
      return new Timing(
          settings,
          Duration.ofMillis(125),
          Duration.ofSeconds(15),
          Duration.ofSeconds(3),
          Duration.ofSeconds(60));
    }
  }

  /**
   * @param below opens what carries HTTP/2: TCP, or TLS over it
   */
  public Http2Pool(OutboundTransport below, Http2Request request) {
    this(below, request, HANDSHAKE_TIMEOUT);
  }

  /**
   * @param below opens what carries HTTP/2: TCP, or TLS over it
   * @param timeout from a connection to the server's first frame
   */
  public Http2Pool(OutboundTransport below, Http2Request request, Duration timeout) {
    this(below, request, Timing.usual(timeout));
  }

  Http2Pool(OutboundTransport below, Http2Request request, Timing timing) {
    this.below = below;
    this.request = request;
    this.timing = timing;
  }

  @Override
  public Future<Channel> open(EventLoop loop) {
    Opening opening = new Opening(loop, placed -> place(placed, loop));
    if (loop.inEventLoop()) {
      place(opening, loop);
    } else {
      loop.execute(() -> place(opening, loop));
    }
    return opening.future();
  }

  @Override
  public void retire() {
    connections.forEach(
        (loop, mine) ->
            loop.execute(() -> List.copyOf(mine).forEach(OutboundConnection::withdraw)));
  }

  private void place(Opening opening, EventLoop loop) {
    List<OutboundConnection> mine = connections.computeIfAbsent(loop, none -> new ArrayList<>());
    for (OutboundConnection connection : mine) {
      if (connection.hasRoom()) {
        connection.open(opening);
        return;
      }
    }
    OutboundConnection connection = new OutboundConnection(this, mine);
    mine.add(connection);
    connection.open(opening);
    connection.dial(below.open(loop));
  }

  Http2Request request() {
    return request;
  }

  Timing timing() {
    return timing;
  }

  int usualStreams() {
    return usualStreams;
  }

  /** A server said how many streams a connection of its may have. */
  void learn(int streams) {
    usualStreams = Math.max(1, streams);
  }
}
