package io.vmessproxy.client.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;

/**
 * Whether an application's connection outlives a request. HTTP/1.1: yes, unless it says close;
 * HTTP/1.0: only if it says keep-alive. Some say it in Proxy-Connection, which no RFC knows.
 */
final class ClientPersistence {
  private ClientPersistence() {}

  /** What the request asks for. */
  static boolean wanted(HttpRequest request) {
    HttpHeaders headers = request.headers();
    if (says(headers, HttpHeaderValues.CLOSE)) {
      return false;
    }
    return HttpVersion.HTTP_1_1.equals(request.protocolVersion())
        || says(headers, HttpHeaderValues.KEEP_ALIVE);
  }

  private static boolean says(HttpHeaders headers, AsciiString option) {
    return HopByHop.connectionHas(headers, option)
        || headers.containsValue(HopByHop.PROXY_CONNECTION, option, true);
  }

  /** Says in an answer what becomes of the connection, in the words the request used. */
  static void announce(HttpHeaders answer, HttpRequest request, boolean persistent) {
    announce(answer, request.headers().contains(HopByHop.PROXY_CONNECTION), persistent);
  }

  /** As above, for a request whose Proxy-Connection is removed by now. */
  static void announce(HttpHeaders answer, boolean saidProxyConnection, boolean persistent) {
    AsciiString option = persistent ? HttpHeaderValues.KEEP_ALIVE : HttpHeaderValues.CLOSE;
    answer.set(HttpHeaderNames.CONNECTION, option);
    if (saidProxyConnection) {
      answer.set(HopByHop.PROXY_CONNECTION, option);
    }
  }
}
