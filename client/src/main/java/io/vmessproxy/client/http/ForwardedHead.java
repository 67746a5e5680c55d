package io.vmessproxy.client.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Makes a request to a proxy the request to the server behind it. Source: RFC 9112 §3.2. */
final class ForwardedHead {
  private ForwardedHead() {}

  /** Rewrites it in place. What the application did not send is not added. */
  static void rewrite(HttpRequest request, RequestTarget target) {
    HttpHeaders headers = request.headers();
    if (HttpVersion.HTTP_1_0.equals(request.protocolVersion())) {
      headers.remove(HttpHeaderNames.EXPECT);
    }
    if (ClientSide.wantsUpgrade(request)) {
      HopByHop.removeProxyOnly(headers);
    } else {
      HopByHop.remove(headers);
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
      if (headers.contains(HttpHeaderNames.TE)) {
        headers.add(HttpHeaderNames.CONNECTION, HttpHeaderNames.TE);
      }
    }
    headers.set(HttpHeaderNames.HOST, target.authority());
    String login = target.userInfo();
    if (login != null && !headers.contains(HttpHeaderNames.AUTHORIZATION)) {
      headers.set(HttpHeaderNames.AUTHORIZATION, "Basic " + base64(login));
    }
    request.setUri(originForm(request.method(), target.path()));
    request.setProtocolVersion(HttpVersion.HTTP_1_1);
  }

  private static String originForm(HttpMethod method, String path) {
    if (path.isEmpty()) {
      return HttpMethod.OPTIONS.equals(method) ? "*" : "/";
    }
    return path.startsWith("/") ? path : "/" + path;
  }

  private static String base64(String userInfo) {
    String login;
    try {
      // A plus sign is one here, not a space.
      login = URLDecoder.decode(userInfo.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // Not percent-encoded, so it means itself.
      login = userInfo;
    }
    return Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
  }
}
