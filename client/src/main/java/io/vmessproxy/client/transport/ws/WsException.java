package io.vmessproxy.client.transport.ws;

import io.netty.handler.codec.DecoderException;

/** What came is no WebSocket frame, or not where it may be. */
final class WsException extends DecoderException {
  private static final long serialVersionUID = 1L;

  WsException(String message) {
    super(message);
  }

  /** A stranger's bytes can raise it: no stack trace. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
