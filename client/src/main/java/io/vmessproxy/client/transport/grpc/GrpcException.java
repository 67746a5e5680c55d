package io.vmessproxy.client.transport.grpc;

import io.netty.handler.codec.DecoderException;

/** A peer's bytes are no gRPC messages of ours. */
final class GrpcException extends DecoderException {
  private static final long serialVersionUID = 1L;

  GrpcException(String message) {
    super(message);
  }

  /** A peer's bytes can raise it: no stack trace. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
