package io.vmessproxy.client.transport.http1;

/** A request that is not for us. */
public final class RefusedRequest extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient HeadText answer;

  /**
   * @param answer what is sent before the connection is closed
   */
  public RefusedRequest(HeadText answer) {
    super("refused");
    this.answer = answer;
  }

  HeadText answer() {
    return answer;
  }

  /** A stranger's bytes can raise it: no stack trace. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
