package io.vmessproxy.client.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;

/** The pages that the proxy writes itself: a sentence or three, at most 2 KiB. */
final class ErrorPage {
  private static final int MAX_SENTENCE_BYTES = 1600;
  private static final String REALM = "Basic realm=\"vmess-proxy\", charset=\"UTF-8\"";

  private ErrorPage() {}

  /** The page for a request that is refused; the connection ends with it. The caller owns it. */
  static FullHttpResponse of(HttpRefusal refusal, HttpRequest request, ByteBufAllocator alloc) {
    FullHttpResponse page = page(refusal.status(), refusal.sentence(), request, alloc);
    page.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    if (HttpResponseStatus.SERVICE_UNAVAILABLE.equals(refusal.status())) {
      page.headers().set(HttpHeaderNames.RETRY_AFTER, "5");
    }
    return page;
  }

  /** Asks for user and password; the connection may go on. The caller owns it. */
  static FullHttpResponse askForLogin(HttpRequest request, ByteBufAllocator alloc) {
    FullHttpResponse page =
        page(
            HttpResponseStatus.PROXY_AUTHENTICATION_REQUIRED,
            "This proxy wants a user and a password.",
            request,
            alloc);
    page.headers().set(HttpHeaderNames.PROXY_AUTHENTICATE, REALM);
    return page;
  }

  private static FullHttpResponse page(
      HttpResponseStatus status, String sentence, HttpRequest request, ByteBufAllocator alloc) {
    String html =
        "<!DOCTYPE html>\n<title>"
            + status
            + "</title>\n<h1>"
            + status
            + "</h1>\n<p>"
            + escape(sentence).replace("\n", "</p>\n<p>")
            + "</p>\n";
    ByteBuf body = ByteBufUtil.writeUtf8(alloc, html);
    int length = body.readableBytes();
    if (HttpMethod.HEAD.equals(request.method())) {
      body.clear();
    }
    FullHttpResponse page = new DefaultFullHttpResponse(version(request), status, body);
    HttpHeaders headers = page.headers();
    headers.set(HttpHeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
    headers.set(HttpHeaderNames.CONTENT_LENGTH, length);
    headers.set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    return page;
  }

  /** The version to answer a request in: its own where the proxy speaks it. */
  static HttpVersion version(HttpRequest request) {
    return HttpVersion.HTTP_1_0.equals(request.protocolVersion())
        ? HttpVersion.HTTP_1_0
        : HttpVersion.HTTP_1_1;
  }

  private static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      String one =
          switch (c) {
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            case '&' -> "&amp;";
            case '"' -> "&quot;";
            case '\'' -> "&#39;";
            case '\n' -> "\n";
            default -> c < ' ' ? " " : String.valueOf(c);
          };
      bytes += one.length() > 1 ? one.length() : ByteBufUtil.utf8Bytes(one);
      if (bytes > MAX_SENTENCE_BYTES) {
        return escaped.append("...").toString();
      }
      escaped.append(one);
    }
    return escaped.toString();
  }
}
