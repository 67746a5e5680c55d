package io.vmessproxy.client.transport;

import io.vmessproxy.client.session.Failure;
import java.io.IOException;

/** A layer's handshake with the server failed. Holds no secret. */
public final class TransportException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Failure failure;
  private final String stage;
  private final String action;

  /**
   * @param stage {@code tls}, or the transport's name
   * @param evidence what came: {@code answered 404 (expected: 101)}
   * @param action what the user can do; empty if nothing
   */
  public TransportException(Failure failure, String stage, String evidence, String action) {
    super(evidence);
    this.failure = failure;
    this.stage = stage;
    this.action = action;
  }

  /** The class of failure. */
  public Failure failure() {
    return failure;
  }

  /** The layer. */
  public String stage() {
    return stage;
  }

  /** What came. */
  public String evidence() {
    return String.valueOf(getMessage());
  }

  /** What the user can do; empty if nothing. */
  public String action() {
    return action;
  }

  /** A server's bytes can raise it: no stack trace. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
