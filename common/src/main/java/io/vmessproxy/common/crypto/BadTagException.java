package io.vmessproxy.common.crypto;

/**
 * Sealed bytes do not fit their tag: wrong key, wrong nonce, or changed on the way. Strangers can
 * cause it, so it carries no stack trace; it is checked because whoever opens must answer it.
 */
public final class BadTagException extends Exception {
  private static final long serialVersionUID = 1L;

  BadTagException() {
    super("the tag does not fit");
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
