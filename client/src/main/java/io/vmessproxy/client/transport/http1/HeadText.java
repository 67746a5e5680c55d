package io.vmessproxy.client.transport.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.vmessproxy.client.transport.Origin;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes heads. Whatever is in a path, a host or a header, which may come from a link, it cannot
 * end a line.
 */
public final class HeadText {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);

  private final StringBuilder text = new StringBuilder();

  private HeadText(String line) {
    appendClean(line);
    text.append("\r\n");
  }

  /**
   * Begins a request.
   *
   * @param path may have a query; what no path may hold is escaped
   */
  public static HeadText request(String method, String path) {
    return new HeadText(method.replace(' ', '-') + " " + escapedPath(path) + " HTTP/1.1");
  }

  /** Begins an answer: {@code 101 Switching Protocols}. */
  public static HeadText answer(String status) {
    return new HeadText("HTTP/1.1 " + status);
  }

  /** The answer to a request that is not for us: {@code 404 Not Found}, and nothing more. */
  public static HeadText refusal(String status) {
    return answer(status).header("Connection", "close").date().header("Content-Length", "0");
  }

  /** Adds the time. */
  public HeadText date() {
    return header("Date", DATE.format(ZonedDateTime.now(ZoneOffset.UTC)));
  }

  /** Adds a header. */
  public HeadText header(CharSequence name, CharSequence value) {
    appendClean(name);
    text.append(": ");
    appendClean(value);
    text.append("\r\n");
    return this;
  }

  /** Adds headers in their order. */
  public HeadText headers(HttpHeaders headers) {
    for (Map.Entry<String, String> header : headers) {
      header(header.getKey(), header.getValue());
    }
    return this;
  }

  /** The head with its empty line; the caller owns it. */
  public ByteBuf toBuffer() {
    return Unpooled.copiedBuffer(text + "\r\n", StandardCharsets.UTF_8);
  }

  /** Empty headers of a request, which take what they are given. */
  public static HttpHeaders newHeaders() {
    return Head.newHeaders();
  }

  /**
   * A browser's headers, those that the user gave besides, or instead of one of them.
   *
   * @param host the user's, before all others; null: the origin's own, unless it is a header
   * @param given a User-Agent of no text is left out
   */
  public static HttpHeaders requestHeaders(
      @Nullable String host, Origin origin, Map<String, String> given) {
    HttpHeaders user = newHeaders();
    given.forEach(user::set);
    HttpHeaders headers = newHeaders();
    headers.set("Host", host == null ? user.get(HttpHeaderNames.HOST, origin.host()) : host);
    String agent = user.get(HttpHeaderNames.USER_AGENT, Browser.USUAL);
    if (!agent.isEmpty()) {
      headers.set("User-Agent", agent);
    }
    headers.add(user.remove(HttpHeaderNames.HOST).remove(HttpHeaderNames.USER_AGENT));
    return headers;
  }

  /** A path that begins with a slash and holds visible ASCII alone. */
  public static String escapedPath(String path) {
    StringBuilder escaped = new StringBuilder(path.length() + 1);
    if (!path.startsWith("/")) {
      escaped.append('/');
    }
    for (byte octet : path.getBytes(StandardCharsets.UTF_8)) {
      if (octet > ' ' && octet < 0x7f) {
        escaped.append((char) octet);
      } else {
        escaped.append("%%%02X".formatted(octet & 0xff));
      }
    }
    return escaped.toString();
  }

  private void appendClean(CharSequence value) {
    value.chars().filter(c -> c >= ' ' && c != 0x7f).forEach(c -> text.append((char) c));
  }
}
