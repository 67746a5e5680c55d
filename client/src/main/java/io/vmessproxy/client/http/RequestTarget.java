package io.vmessproxy.client.http;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a request wants to go, read from its request line. Not {@link java.net.URI}, which refuses
 * names that exist. Source: RFC 9112 §3.2.
 *
 * @param authority host and port as they were sent, without user info
 * @param path path and query as they were sent; empty in the authority form
 * @param userInfo what stood before the {@code @}, or null
 */
record RequestTarget(
    Destination destination, String authority, String path, @Nullable String userInfo) {
  private static final String SCHEME_END = "://";
  private static final int HTTP_PORT = 80;

  /** Reads {@code host:port}, the target of a CONNECT. */
  static RequestTarget ofConnect(String target) {
    return new RequestTarget(destination(target, -1), target, "", null);
  }

  /**
   * Refuses a request for this port itself. It comes from a person, or from a page in a browser
   * that looks for local ports: so it is answered before anything else is looked at, and always
   * alike, whatever else is wrong with it.
   */
  static void refuseOriginForm(HttpRequest request) {
    String target = request.uri();
    boolean absolute = !target.startsWith("/") && target.contains(SCHEME_END);
    boolean forOthers = absolute || HttpMethod.CONNECT.equals(request.method());
    boolean read =
        request.decoderResult().isSuccess() && request.protocolVersion().majorVersion() == 1;
    if (read && !forOthers) {
      throw HttpRefusal.badRequest(
          "This is a proxy port, not a web server: set it as HTTP or SOCKS proxy in the"
              + " application's settings.");
    }
  }

  /** Reads {@code http://host[:port][/path][?query]}. */
  static RequestTarget ofAbsolute(String target) {
    int schemeEnd = target.indexOf(SCHEME_END);
    if (schemeEnd <= 0) {
      throw HttpRefusal.badRequest("The request target is not an http:// URL.");
    }
    checkScheme(target.substring(0, schemeEnd).toLowerCase(Locale.ROOT));
    int authorityStart = schemeEnd + SCHEME_END.length();
    int authorityEnd = indexOfAny(target, "/?#", authorityStart);
    String authority = target.substring(authorityStart, authorityEnd);
    int fragment = indexOfAny(target, "#", authorityEnd);
    String path = target.substring(authorityEnd, fragment);
    int at = authority.lastIndexOf('@');
    String userInfo = at < 0 ? null : authority.substring(0, at);
    String host = authority.substring(at + 1);
    return new RequestTarget(destination(host, HTTP_PORT), host, path, userInfo);
  }

  private static void checkScheme(String scheme) {
    switch (scheme) {
      case "http", "ws" -> {}
      case "https", "wss" ->
          throw HttpRefusal.badRequest(
              "A proxy cannot fetch " + scheme + ":// for you: use CONNECT host:443 instead.");
      default ->
          throw new HttpRefusal(
              HttpResponseStatus.NOT_IMPLEMENTED, "Only http:// URLs and CONNECT are carried.");
    }
  }

  private static int indexOfAny(String text, String chars, int from) {
    for (int i = from; i < text.length(); i++) {
      if (chars.indexOf(text.charAt(i)) >= 0) {
        return i;
      }
    }
    return text.length();
  }

  private static Destination destination(String authority, int defaultPort) {
    int colon = authority.lastIndexOf(':');
    if (colon < authority.lastIndexOf(']')) {
      colon = -1;
    }
    String host = colon < 0 ? authority : authority.substring(0, colon);
    String port = colon < 0 ? "" : authority.substring(colon + 1);
    if (port.isEmpty() && defaultPort < 0) {
      throw HttpRefusal.badRequest("CONNECT needs a port, as in CONNECT host:443.");
    }
    if (!host.startsWith("[") && host.indexOf(':') >= 0) {
      throw HttpRefusal.badRequest("An IPv6 address needs brackets, as in [2001:db8::1]:443.");
    }
    try {
      return new Destination(Address.of(host), port.isEmpty() ? defaultPort : port(port));
    } catch (IllegalArgumentException e) {
      throw HttpRefusal.badRequest("The host is not valid: " + e.getMessage() + ".");
    }
  }

  private static int port(String text) {
    boolean digits = text.chars().allMatch(c -> c >= '0' && c <= '9') && text.length() <= 5;
    int port = digits ? Integer.parseInt(text) : 0;
    if (port == 0 || port > 0xffff) {
      throw HttpRefusal.badRequest("The port is not valid (expected: 1 to 65535).");
    }
    return port;
  }
}
