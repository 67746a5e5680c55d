package io.vmessproxy.client.transport.http1;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of a client's request.
 *
 * @param target as it came: a path, perhaps with a query
 */
public record RequestHead(String method, String target, HttpHeaders headers) {
  private static final Pattern REQUEST_LINE = Pattern.compile("([!-~]+) ([!-~]+) HTTP/\\d\\.\\d");
  private static final Pattern PORT = Pattern.compile(":\\d*$");

  /**
   * @throws HeadException if the first line is no request line
   */
  static RequestHead of(Head head) {
    Matcher line = REQUEST_LINE.matcher(head.line());
    if (!line.matches()) {
      throw new HeadException("head: no request line (expected: METHOD PATH HTTP/1.1)");
    }
    return new RequestHead(line.group(1), line.group(2), head.headers());
  }

  /**
   * The decoded path, without a query.
   *
   * @throws HeadException if its escapes are none
   */
  public String path() {
    return decodedPath(target);
  }

  /**
   * The decoded path of a target, without a query: what servers compare.
   *
   * @throws HeadException if its escapes are none
   */
  public static String decodedPath(String target) {
    try {
      return new QueryStringDecoder(target).path();
    } catch (IllegalArgumentException e) {
      throw new HeadException("head: escapes of the path (expected: each of two hex digits)");
    }
  }

  /** Whether the client asks for this host, whatever its port. */
  public boolean isFor(String host) {
    return name(headers.get(HttpHeaderNames.HOST, "")).equals(name(host));
  }

  private static String name(String host) {
    return PORT.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT);
  }

  /** Whether it asks for WebSocket, or what passes for it. */
  public boolean upgradesToWebSocket() {
    return "websocket".equalsIgnoreCase(headers.get(HttpHeaderNames.UPGRADE));
  }
}
