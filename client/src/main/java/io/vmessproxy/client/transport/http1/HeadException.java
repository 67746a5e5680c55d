package io.vmessproxy.client.transport.http1;

import io.netty.handler.codec.DecoderException;

/** What came is no head of an HTTP message. */
public final class HeadException extends DecoderException {
  private static final long serialVersionUID = 1L;

  HeadException(String message) {
    super(message);
  }

  /** A stranger's bytes can raise it: no stack trace. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
