package io.vmessproxy.client.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;

/** Refuses heads that two parsers could read in two ways, or that are too long. */
final class RequestCheck {
  private RequestCheck() {}

  /**
   * Looks a request's head over.
   *
   * @throws HttpRefusal if it must not go any further
   */
  static void check(HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      throw undecodable(request.decoderResult().cause());
    }
    HttpVersion version = request.protocolVersion();
    if (!HttpVersion.HTTP_1_1.equals(version) && !HttpVersion.HTTP_1_0.equals(version)) {
      throw new HttpRefusal(
          HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED,
          "This proxy speaks HTTP/1.1 and HTTP/1.0 to its clients.");
    }
    checkTarget(request.uri());
    checkFraming(request.headers(), version);
    if (request.headers().getAll(HttpHeaderNames.HOST).size() > 1) {
      throw HttpRefusal.badRequest("The request has two Host headers.");
    }
  }

  private static HttpRefusal undecodable(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return new HttpRefusal(
          HttpResponseStatus.REQUEST_URI_TOO_LONG, "The request line is longer than 16 KiB.");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return new HttpRefusal(
          HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
          "The request's headers are longer than 64 KiB.");
    }
    return HttpRefusal.badRequest("The request is malformed: " + cause.getMessage() + ".");
  }

  private static void checkTarget(String target) {
    for (int i = 0; i < target.length(); i++) {
      if (target.charAt(i) <= ' ' || target.charAt(i) == 0x7f) {
        throw HttpRefusal.badRequest("The request target holds a control character.");
      }
    }
  }

  private static void checkFraming(HttpHeaders headers, HttpVersion version) {
    List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (codings.isEmpty()) {
      return;
    }
    if (HttpVersion.HTTP_1_0.equals(version)) {
      throw HttpRefusal.badRequest("An HTTP/1.0 request has a Transfer-Encoding.");
    }
    if (headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
      throw HttpRefusal.badRequest("The request has both Content-Length and Transfer-Encoding.");
    }
    if (codings.size() > 1
        || !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0).trim())) {
      throw new HttpRefusal(
          HttpResponseStatus.NOT_IMPLEMENTED, "The only transfer coding known here is chunked.");
    }
  }
}
