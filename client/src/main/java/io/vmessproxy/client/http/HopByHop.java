package io.vmessproxy.client.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Headers that belong to one connection and are not passed on. Source: RFC 9110 §7.6.1. */
final class HopByHop {
  static final AsciiString PROXY_CONNECTION = AsciiString.cached("proxy-connection");
  private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");

  /** Never removed because Connection names them: that would change what the message means. */
  private static final Set<String> PROTECTED =
      Set.of(
          "host",
          "content-length",
          "content-type",
          "content-encoding",
          "content-range",
          "transfer-encoding",
          "authorization",
          "cookie",
          "set-cookie",
          "cache-control",
          "expect",
          "range",
          "location",
          "date",
          "trailer",
          "te",
          "upgrade");

  private HopByHop() {}

  /** Whether a Connection header names {@code option}, in any case. */
  static boolean connectionHas(HttpHeaders headers, CharSequence option) {
    return headers.containsValue(HttpHeaderNames.CONNECTION, option, true);
  }

  /** Removes them all; Transfer-Encoding stays, because a codec frames by it. */
  static void remove(HttpHeaders headers) {
    for (String name : namedByConnection(headers)) {
      headers.remove(name);
    }
    headers.remove(HttpHeaderNames.CONNECTION);
    headers.remove(KEEP_ALIVE);
    headers.remove(HttpHeaderNames.UPGRADE);
    boolean trailers = headers.containsValue(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS, true);
    headers.remove(HttpHeaderNames.TE);
    if (trailers) {
      headers.set(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS);
    }
    if (!headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
      headers.remove(HttpHeaderNames.TRAILER);
    }
    removeProxyOnly(headers);
  }

  /** Removes only what is between an application and its proxy. */
  static void removeProxyOnly(HttpHeaders headers) {
    headers.remove(PROXY_CONNECTION);
    headers.remove(HttpHeaderNames.PROXY_AUTHENTICATE);
    headers.remove(HttpHeaderNames.PROXY_AUTHORIZATION);
  }

  private static List<String> namedByConnection(HttpHeaders headers) {
    List<String> names = new ArrayList<>();
    for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
      for (String option : value.split(",", -1)) {
        String name = option.trim().toLowerCase(Locale.ROOT);
        if (!name.isEmpty() && !PROTECTED.contains(name)) {
          names.add(name);
        }
      }
    }
    return names;
  }
}
