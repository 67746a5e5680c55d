package io.vmessproxy.client.transport.http2;

import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http2.Http2Headers;
import io.vmessproxy.client.transport.TransportException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a transport asks of its server for each stream, and what it makes of the answer. */
public interface Http2Request {
  /** The transport's name, for failures. */
  String stage();

  /** The request's headers, those of HTTP/2 among them; asked for once for each stream. */
  Http2Headers headers();

  /**
   * Whether a stream counts as open only when its answer's headers are here, or have been awaited
   * for a moment.
   */
  boolean awaitsAnswer();

  /**
   * Judges an answer's first headers.
   *
   * @param ended whether nothing follows them
   * @return null: all is well
   */
  @Nullable TransportException answered(Http2Headers headers, boolean ended);

  /**
   * Judges the headers that end an answer.
   *
   * @return null: that is a good end
   */
  @Nullable TransportException ended(Http2Headers trailers);

  /** What stands between the bodies and the stream's bytes; made for each stream. */
  List<ChannelHandler> codecs();
}
