package io.vmessproxy.client.http;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;

/** Decodes the answer to one request, whose method decides whether a body follows. */
final class ResponseDecoder extends HttpResponseDecoder {
  private final boolean head;

  ResponseDecoder(HttpMethod method) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(RequestDecoder.MAX_REQUEST_LINE)
            .setMaxHeaderSize(RequestDecoder.MAX_HEAD)
            .setMaxChunkSize(RequestDecoder.MAX_CHUNK)
            .setAllowDuplicateContentLengths(true)
            .setStrictLineParsing(false)
            .setHeadersFactory(LenientHeaders.HEADERS)
            .setTrailersFactory(LenientHeaders.TRAILERS));
    this.head = HttpMethod.HEAD.equals(method);
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    return head
        || (message instanceof HttpResponse response
            && HttpResponseStatus.SWITCHING_PROTOCOLS.equals(response.status()))
        || super.isContentAlwaysEmpty(message);
  }
}
