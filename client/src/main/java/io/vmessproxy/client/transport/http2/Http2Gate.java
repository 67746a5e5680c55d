package io.vmessproxy.client.transport.http2;

import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which requests a server's transport takes for streams, and how it answers. */
public interface Http2Gate {
  /**
   * Judges a request.
   *
   * @return the whole answer to one that is no stream; null: it is one
   */
  @Nullable Http2Headers refusal(Http2Headers request);

  /** The headers that answer a stream's request, at once. */
  Http2Headers answer();

  /** The headers that end an answer; null: its body's last frame does. */
  @Nullable Http2Headers trailers();

  /** What stands between the bodies and the stream's bytes; made for each stream. */
  List<ChannelHandler> codecs();
}
