package io.vmessproxy.client.http;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * The body of a request that was answered without being forwarded, on a connection that goes on:
 * read to its end and dropped, if it is small.
 */
final class DroppedBody implements Exchange {
  static final int MAX_BYTES = 64 << 10;

  private final HttpProxyHandshake front;
  private int bytes;

  DroppedBody(HttpProxyHandshake front) {
    this.front = front;
  }

  @Override
  public void content(HttpContent content) {
    bytes += content.content().readableBytes();
    boolean torn = content.decoderResult().isFailure();
    content.release();
    if (bytes > MAX_BYTES || torn) {
      front.closeBehindAnswer();
    } else if (content instanceof LastHttpContent) {
      front.nextRequest();
    }
  }

  @Override
  public void clientEnded() {
    front.closeBehindAnswer();
  }
}
