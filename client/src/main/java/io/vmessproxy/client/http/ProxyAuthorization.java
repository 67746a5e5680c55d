package io.vmessproxy.client.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.vmessproxy.client.session.Credentials;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** {@code Proxy-Authorization: Basic}, checked for each request. Source: RFC 7617. */
final class ProxyAuthorization {
  private static final String SCHEME = "basic ";

  private ProxyAuthorization() {}

  /** Whether these headers show one of the users, or nobody need show anything. */
  static boolean accepts(HttpHeaders headers, Credentials credentials) {
    if (!credentials.required()) {
      return true;
    }
    List<String> values = headers.getAll(HttpHeaderNames.PROXY_AUTHORIZATION);
    if (values.size() != 1) {
      return false;
    }
    String value = values.get(0);
    if (!value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return false;
    }
    byte[] decoded;
    try {
      decoded = Base64.getDecoder().decode(value.substring(SCHEME.length()).trim());
    } catch (IllegalArgumentException e) {
      // Not Base64, so nobody's password.
      return false;
    }
    // The RFC leaves the charset open; browsers differ.
    return accepts(decoded, StandardCharsets.UTF_8, credentials)
        || accepts(decoded, StandardCharsets.ISO_8859_1, credentials);
  }

  private static boolean accepts(byte[] decoded, Charset charset, Credentials credentials) {
    String login = new String(decoded, charset);
    int colon = login.indexOf(':');
    return colon >= 0 && credentials.accept(login.substring(0, colon), login.substring(colon + 1));
  }
}
