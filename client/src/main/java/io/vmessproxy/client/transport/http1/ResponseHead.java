package io.vmessproxy.client.transport.http1;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of a server's answer.
 *
 * @param status 100..999
 * @param reason the rest of the status line, as it came
 */
public record ResponseHead(int status, String reason, HttpHeaders headers) {
  private static final Pattern STATUS_LINE =
      Pattern.compile("HTTP/\\d\\.\\d ([1-9]\\d\\d)(?: (.*))?");

  /**
   * @throws HeadException if the first line is no status line
   */
  static ResponseHead of(Head head) {
    Matcher line = STATUS_LINE.matcher(head.line());
    if (!line.matches()) {
      throw new HeadException("head: no status line (expected: HTTP/1.1 and a status)");
    }
    String reason = line.group(2) == null ? "" : line.group(2);
    return new ResponseHead(Integer.parseInt(line.group(1)), reason, head.headers());
  }

  /** Whether another answer follows. */
  boolean isInterim() {
    return status < 200 && status != HttpResponseStatus.SWITCHING_PROTOCOLS.code();
  }

  /** Whether it goes over to the protocol that WebSocket and its like name. */
  boolean upgradesToWebSocket() {
    return headers.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)
        && "websocket".equalsIgnoreCase(headers.get(HttpHeaderNames.UPGRADE));
  }
}
