package io.vmessproxy.common.vmess;

import io.netty.handler.codec.DecoderException;

/**
 * The peer's bytes are wrong. Strangers can raise it, so it carries no stack trace; it is a {@link
 * DecoderException} so that Netty does not wrap it in one.
 */
public final class VmessException extends DecoderException {
  private static final long serialVersionUID = 1L;

  public VmessException(String message) {
    super(message);
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
