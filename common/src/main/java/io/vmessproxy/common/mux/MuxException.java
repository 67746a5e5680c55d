package io.vmessproxy.common.mux;

import io.netty.handler.codec.DecoderException;

/** The peer's frames are wrong. The peer can raise it, so it carries no stack trace. */
public final class MuxException extends DecoderException {
  private static final long serialVersionUID = 1L;

  MuxException(String message) {
    super("mux: " + message);
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
