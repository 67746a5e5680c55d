package io.vmessproxy.client.transport.grpc;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;

/**
 * The two methods of a service, as paths of requests.
 *
 * <p>A service name is escaped as one segment: {@code a/b} leads to {@code /a%2Fb/Tun}. One with a
 * leading slash is a path of its own: {@code /a/b/One|Many} leads to {@code /a/b/One} and {@code
 * /a/b/Many}, {@code /a/b/One} to the same for both.
 *
 * <p>Source: Xray 26.7, transport/internet/grpc/config.go.
 *
 * @param tun takes messages of one piece
 * @param tunMulti takes messages of several
 */
record ServicePath(String tun, String tunMulti) {
  /** What Go's url.PathEscape leaves as it is, beside letters and digits. */
  private static final String UNESCAPED = "-_.~$&+:=@";

  static ServicePath of(String serviceName) {
    if (!serviceName.startsWith("/")) {
      String service = "/" + escape(serviceName);
      return new ServicePath(service + "/Tun", service + "/TunMulti");
    }
    int last = serviceName.lastIndexOf('/');
    String service = last == 0 ? "" : escapeSegments(serviceName.substring(1, last));
    String[] methods = serviceName.substring(last + 1).split("\\|", -1);
    String prefix = "/" + service + "/";
    return new ServicePath(
        prefix + escape(methods[0]), prefix + escape(methods[methods.length == 1 ? 0 : 1]));
  }

  private static String escapeSegments(String path) {
    return Arrays.stream(path.split("/", -1))
        .map(ServicePath::escape)
        .collect(Collectors.joining("/"));
  }

  private static String escape(String segment) {
    StringBuilder escaped = new StringBuilder();
    for (byte octet : segment.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (octet & 0xff);
      if (isLetterOrDigit(c) || UNESCAPED.indexOf(c) >= 0) {
        escaped.append(c);
      } else {
        escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
      }
    }
    return escaped.toString();
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  /** Whether a request's path is one of the two, escaped or, as V2Ray sends it, not. */
  boolean leadsHere(String path) {
    if (path.equals(tun) || path.equals(tunMulti)) {
      return true;
    }
    try {
      String plain = unescape(path);
      return plain.equals(unescape(tun)) || plain.equals(unescape(tunMulti));
    } catch (IllegalArgumentException e) {
      return false; // A percent sign and no hex digits.
    }
  }

  private static String unescape(String path) {
    return new QueryStringDecoder(path).path();
  }
}
