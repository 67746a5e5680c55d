package io.vmessproxy.client.fetch;

import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A URL, taken apart.
 *
 * @param url without user information and fragment, in ASCII, with a path
 * @param server where to connect to
 * @param authorization a header's value; null: none
 */
record Target(URI url, Destination server, @Nullable String authorization) {
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  /** Takes an {@code http} or {@code https} URL apart. */
  static Target of(URI uri) throws FetchException {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    boolean secure = scheme.equals("https");
    // Not URI.getHost: it knows no host with an underscore, nor one that is not ASCII.
    String authority = uri.getRawAuthority();
    if ((!secure && !scheme.equals("http")) || authority == null) {
      throw new FetchException(
          "URL", "not one that can be fetched (expected: http://HOST/... or https://HOST/...)");
    }
    int at = authority.lastIndexOf('@');
    String login = at < 0 ? null : authority.substring(0, at);
    Destination server = server(authority.substring(at + 1), secure ? HTTPS_PORT : HTTP_PORT);
    boolean usual = server.port() == (secure ? HTTPS_PORT : HTTP_PORT);
    String host = usual ? server.address().authority() : server.toString();
    try {
      URI ascii = new URI(uri.toASCIIString());
      String path = ascii.getRawPath() == null ? "" : ascii.getRawPath();
      String query = ascii.getRawQuery() == null ? "" : "?" + ascii.getRawQuery();
      URI clean = new URI(scheme + "://" + host + (path.isEmpty() ? "/" : path) + query);
      return new Target(clean, server, login == null ? null : basic(login));
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new FetchException(server.address().host(), "its URL is not well-formed");
    }
  }

  private static Destination server(String hostPort, int usualPort) throws FetchException {
    int colon = hostPort.lastIndexOf(':');
    boolean hasPort = colon > hostPort.lastIndexOf(']');
    String host = hasPort ? hostPort.substring(0, colon) : hostPort;
    String port = hasPort ? hostPort.substring(colon + 1) : "";
    try {
      String name = host.startsWith("[") ? host : IDN.toASCII(decode(host));
      return new Destination(Address.of(name), port.isEmpty() ? usualPort : Integer.parseInt(port));
    } catch (IllegalArgumentException e) {
      throw new FetchException("URL", "no such host or port (expected: http://HOST:PORT/...)");
    }
  }

  private static String basic(String login) {
    int colon = login.indexOf(':');
    String plain =
        colon < 0
            ? decode(login) + ":"
            : decode(login.substring(0, colon)) + ":" + decode(login.substring(colon + 1));
    byte[] bytes = plain.getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(bytes);
  }

  /** Percent signs alone: a plus is a plus outside of forms. */
  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /**
   * Where a Location leads from here.
   *
   * @param location as it stood in the header, one character a byte
   */
  Target redirect(String location) throws FetchException {
    String text =
        new String(location.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
            .strip()
            .replace(" ", "%20");
    Target next;
    try {
      // RFC 3986, 5.2.2; URI follows an older one, which drops the path.
      URI whole =
          text.startsWith("?")
              ? new URI(url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath() + text)
              : url.resolve(new URI(text));
      next = of(whole);
    } catch (URISyntaxException e) {
      throw new FetchException(host(), "redirects to what is no URL");
    } catch (FetchException e) {
      throw new FetchException(host(), "redirects to what cannot be fetched");
    }
    if (secure() && !next.secure()) {
      throw new FetchException(host(), "redirects from https to http, which is not followed");
    }
    return next.authorization == null && sameOrigin(next)
        ? new Target(next.url, next.server, authorization)
        : next;
  }

  /** Whether what is meant for the one may be sent to the other. */
  boolean sameOrigin(Target other) {
    return secure() == other.secure() && server.equals(other.server);
  }

  boolean secure() {
    return "https".equals(url.getScheme());
  }

  /** For messages. */
  String host() {
    return server.address().host();
  }

  /** The Host header. */
  String authority() {
    return url.getRawAuthority();
  }

  /** Path and query, as a request line has them. */
  String pathAndQuery() {
    return url.getRawPath() + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
  }

  /** Never the login, nor what else may be secret. */
  @Override
  public String toString() {
    return server.toString();
  }
}
