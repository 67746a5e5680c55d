package io.vmessproxy.client.fetch;

import java.io.IOException;

/** A fetch failed: {@code a.example: closed before its answer}. */
final class FetchException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param host all that may be told of a URL: the rest of it may be a secret
   */
  FetchException(String host, String what) {
    super(host + ": " + what);
  }

  /** A server's bytes can raise it: no stack trace. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
