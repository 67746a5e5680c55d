package io.vmessproxy.client.transport.http2;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;

/** The numbers of both ends: how much a peer may send, and how much of it waits here. */
final class Http2Limits {
  /** What a stream's peer may send before it is read: 1 MiB a round trip. */
  static final int STREAM_WINDOW_BYTES = 1 << 20;

  /** Our own bound on the streams of a client's connection. */
  static final int CLIENT_STREAMS = 100;

  /**
   * All streams of a client's connection may be full at once, so that streams that nobody reads
   * never hold up the others. Twice, as credit comes back when half of it is used.
   */
  private static final int CLIENT_WINDOW_BYTES = 2 * CLIENT_STREAMS * STREAM_WINDOW_BYTES;

  /** As Go's servers. */
  static final int SERVER_STREAMS = 250;

  /** Bounds what a client's connection makes a server hold, whatever the number of streams. */
  private static final int SERVER_WINDOW_BYTES = 32 * STREAM_WINDOW_BYTES;

  private static final int MAX_HEADER_LIST_BYTES = 16 * 1024;

  /** Answers to pings, settings and faults that a peer may leave unread. */
  private static final int MAX_QUEUED_CONTROL_FRAMES = 1000;

  /** Go's clients end each stream so; a busy one ends some tens a second. */
  private static final int MAX_RESETS = 1000;

  private static final int RESETS_SECONDS = 10;

  /** A closed connection's streams have so long to end. */
  private static final int SHUTDOWN_MILLIS = 1000;

  private Http2Limits() {}

  static Http2FrameCodec clientCodec() {
    return Http2FrameCodecBuilder.forClient()
        .initialSettings(settings().pushEnabled(false))
        .encoderEnforceMaxQueuedControlFrames(MAX_QUEUED_CONTROL_FRAMES)
        .gracefulShutdownTimeoutMillis(SHUTDOWN_MILLIS)
        .build();
  }

  static Http2FrameCodec serverCodec() {
    return Http2FrameCodecBuilder.forServer()
        .initialSettings(settings().maxConcurrentStreams(SERVER_STREAMS))
        .encoderEnforceMaxQueuedControlFrames(MAX_QUEUED_CONTROL_FRAMES)
        .decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESETS_SECONDS)
        .encoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESETS_SECONDS)
        .gracefulShutdownTimeoutMillis(SHUTDOWN_MILLIS)
        .build();
  }

  private static Http2Settings settings() {
    return new Http2Settings()
        .initialWindowSize(STREAM_WINDOW_BYTES)
        .maxHeaderListSize(MAX_HEADER_LIST_BYTES);
  }

  /** Raises the connection's window to what it should be; settings are only for streams'. */
  static void widen(Channel connection, Http2FrameCodec codec) {
    Http2Connection http2 = codec.connection();
    int wanted = http2.isServer() ? SERVER_WINDOW_BYTES : CLIENT_WINDOW_BYTES;
    int window = http2.local().flowController().initialWindowSize(http2.connectionStream());
    if (window < wanted) {
      connection.writeAndFlush(new DefaultHttp2WindowUpdateFrame(wanted - window));
    }
  }
}
