package io.vmessproxy.client.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import io.vmessproxy.client.session.OutboundException;

/**
 * A request that gets an error page instead of an answer. The message is the page's paragraphs, a
 * line each.
 */
final class HttpRefusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient HttpResponseStatus status;

  HttpRefusal(HttpResponseStatus status, String message) {
    super(message);
    this.status = status;
  }

  /** What the front end answers where no stream can be opened. */
  static HttpRefusal of(OutboundException cause) {
    HttpResponseStatus status =
        switch (cause.failure().kind()) {
          case TIMED_OUT -> HttpResponseStatus.GATEWAY_TIMEOUT;
          case EXHAUSTED, INTERNAL -> HttpResponseStatus.SERVICE_UNAVAILABLE;
          case UNRESOLVED, REFUSED, UNREACHABLE, TRANSPORT, REJECTED, ENDED ->
              HttpResponseStatus.BAD_GATEWAY;
        };
    StringBuilder page =
        new StringBuilder("%s, %s: %s".formatted(cause.who(), cause.stage(), cause.evidence()));
    if (!cause.action().isEmpty()) {
      page.append("\nWhat to do: ").append(cause.action());
    }
    page.append("\nClass of failure: ").append(cause.failure().text());
    return new HttpRefusal(status, page.toString());
  }

  static HttpRefusal badRequest(String message) {
    return new HttpRefusal(HttpResponseStatus.BAD_REQUEST, message);
  }

  HttpResponseStatus status() {
    return status;
  }

  String sentence() {
    return String.valueOf(getMessage());
  }

  /** A stranger's bytes can raise it: no stack trace. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
