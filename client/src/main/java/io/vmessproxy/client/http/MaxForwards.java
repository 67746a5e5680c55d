package io.vmessproxy.client.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** TRACE and OPTIONS that count the proxies on their way. Source: RFC 9110 §7.6.2. */
final class MaxForwards {
  private static final AsciiString NAME = AsciiString.cached("max-forwards");
  private static final Set<String> SECRET =
      Set.of("authorization", "proxy-authorization", "cookie");

  private MaxForwards() {}

  /** Whether this proxy is the last one, and answers; counts down otherwise. */
  static boolean endsHere(HttpRequest request) {
    boolean counted =
        HttpMethod.TRACE.equals(request.method()) || HttpMethod.OPTIONS.equals(request.method());
    String value = request.headers().get(NAME);
    if (!counted || value == null || !value.matches("[0-9]{1,9}")) {
      return false;
    }
    int left = Integer.parseInt(value);
    if (left > 0) {
      request.headers().set(NAME, left - 1);
    }
    return left == 0;
  }

  /** The last proxy's answer: a TRACE gets back what it sent, but no secrets. Caller owns it. */
  static FullHttpResponse answer(HttpRequest request, ByteBufAllocator alloc) {
    StringBuilder text = new StringBuilder();
    if (HttpMethod.TRACE.equals(request.method())) {
      text.append(request.method()).append(' ').append(request.uri()).append(' ');
      text.append(request.protocolVersion()).append("\r\n");
      for (Map.Entry<String, String> header : request.headers()) {
        if (!SECRET.contains(header.getKey().toLowerCase(Locale.ROOT))) {
          text.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
      }
      text.append("\r\n");
    }
    ByteBuf body = ByteBufUtil.writeUtf8(alloc, text);
    FullHttpResponse answer =
        new DefaultFullHttpResponse(ErrorPage.version(request), HttpResponseStatus.OK, body);
    answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    if (HttpMethod.TRACE.equals(request.method())) {
      answer.headers().set(HttpHeaderNames.CONTENT_TYPE, "message/http");
    } else {
      answer.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD, POST, PUT, DELETE, OPTIONS, CONNECT");
    }
    return answer;
  }
}
