package io.vmessproxy.common.mux;

import io.vmessproxy.common.net.Datagram;
import java.time.Duration;

/**
 * What one connection may hold and how long it waits.
 *
 * @param maxStreams open at one time, 1 or more
 * @param maxStreamsEver opened in the connection's life, 1 to 65535
 * @param maxBufferBytes that wait in one stream for its reader; the last read may go beyond it
 * @param maxStall how long a stream whose reader takes nothing may hold up the others
 * @param maxDatagramBytes the longest payload that is sent in a stream whose peer may be V2Ray,
 *     which fails the whole connection at more than 2048
 * @param maxIdle how long the connection lives without a stream
 */
public record MuxLimits(
    int maxStreams,
    int maxStreamsEver,
    int maxBufferBytes,
    Duration maxStall,
    int maxDatagramBytes,
    Duration maxIdle) {
  /** What V2Ray can read. */
  public static final int V2RAY_DATAGRAM_BYTES = 2048;

  private static final int MAX_IDS = 0xffff;

  /** V2Ray's numbers; a buffer that fills a fast line for a moment. */
  public static final MuxLimits CLIENT =
      new MuxLimits(
          8, 128, 256 * 1024, Duration.ofSeconds(2), V2RAY_DATAGRAM_BYTES, Duration.ofSeconds(16));

  /** No V2Ray client opens more than 128 streams in a connection; Xray too waits 60 s. */
  public static final MuxLimits SERVER =
      new MuxLimits(
          256,
          MAX_IDS,
          256 * 1024,
          Duration.ofSeconds(2),
          V2RAY_DATAGRAM_BYTES,
          Duration.ofSeconds(60));

  public MuxLimits {
    require("streams", maxStreams, 1, Integer.MAX_VALUE);
    require("streams ever", maxStreamsEver, 1, MAX_IDS);
    require("buffer bytes", maxBufferBytes, 1, Integer.MAX_VALUE);
    require("datagram bytes", maxDatagramBytes, 1, Datagram.MAX_PAYLOAD_BYTES);
  }

  private static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "mux %s: %d (expected: %d..%d)".formatted(name, value, least, most));
    }
  }

  /** The same with another number of streams at one time, V2Ray's {@code concurrency}. */
  public MuxLimits withMaxStreams(int streams) {
    return new MuxLimits(
        streams, maxStreamsEver, maxBufferBytes, maxStall, maxDatagramBytes, maxIdle);
  }

  /** The same for a peer that is known to take longer, or only shorter, datagrams. */
  public MuxLimits withMaxDatagramBytes(int bytes) {
    return new MuxLimits(maxStreams, maxStreamsEver, maxBufferBytes, maxStall, bytes, maxIdle);
  }
}
