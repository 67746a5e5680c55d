package io.vmessproxy.client.transport.http1;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vmessproxy.client.session.Failure;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a web server's or a CDN's status means to somebody who wants a VMess server. */
final class StatusAdvice {
  private static final int MAX_TEXT = 60;
  private static final int MAX_PAGE_BYTES = 2048;

  /** In the pages that nginx, Apache and Go's servers send to who speaks plainly on a TLS port. */
  private static final Pattern TLS_PAGE =
      Pattern.compile("to HTTPS port|to an HTTPS server|plain HTTP to an SSL-enabled");

  private StatusAdvice() {}

  static String evidence(ResponseHead answer, int expected) {
    String reason = answer.reason().isEmpty() ? "" : " " + printable(answer.reason());
    String from = answer.headers().get(HttpHeaderNames.SERVER, "");
    return "answered %d%s%s%s (expected: %d)"
        .formatted(
            answer.status(),
            reason,
            from.isEmpty() ? "" : " by " + printable(from),
            redirects(answer.status()) ? ", leading to " + target(answer) : "",
            expected);
  }

  private static String printable(String text) {
    return Refusals.printable(text, MAX_TEXT);
  }

  static boolean wantsTls(ResponseHead answer, ByteBuf behind) {
    int length = Math.min(behind.readableBytes(), MAX_PAGE_BYTES);
    String page = behind.toString(behind.readerIndex(), length, StandardCharsets.ISO_8859_1);
    return answer.status() == 400 && TLS_PAGE.matcher(page).find();
  }

  static Failure failure(int status, int expected) {
    if (status == 404) {
      return Failure.WRONG_PATH;
    }
    boolean upgrade = expected == 101;
    return upgrade && (status < 300 || redirects(status))
        ? Failure.NOT_WEBSOCKET
        : Failure.HTTP_STATUS;
  }

  private static boolean redirects(int status) {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  /** A redirect's host; a path may tell more than belongs into a log. */
  private static String target(ResponseHead answer) {
    URI location = location(answer);
    String scheme = location.getScheme();
    String host = location.getRawAuthority();
    if (host == null) {
      return "another path";
    }
    return printable(scheme == null ? host : scheme + "://" + host);
  }

  private static URI location(ResponseHead answer) {
    try {
      return new URI(answer.headers().get(HttpHeaderNames.LOCATION, ""));
    } catch (URISyntaxException e) {
      return URI.create(""); // It leads nowhere.
    }
  }

  static String action(ResponseHead answer, boolean tls) {
    int status = answer.status();
    if (redirects(status)) {
      return !tls && target(answer).toLowerCase(Locale.ROOT).startsWith("https://")
          ? "does it want --tls?"
          : "are --host and --path right?";
    }
    if (status < 300) {
      return "a web site is there; are --path and --host right?";
    }
    return switch (status) {
      case 404 -> "are --path and --host right?";
      case 400 -> "are --host, --path and early data as the server wants them?";
      case 401, 403 -> "does this web server or CDN serve --host, and let this machine in?";
      case 426 -> "does a proxy on the way take the upgrade out, or is it another transport?";
      case 429 -> "too many requests; try again later";
      case 502, 503, 504 -> "the web server stands, but not the VMess server behind it";
      case 520, 521, 522, 523, 524, 530 ->
          "the CDN stands, but does not reach the server behind it";
      case 525, 526 -> "the CDN stands, but does not like the TLS of the server behind it";
      default -> "";
    };
  }
}
