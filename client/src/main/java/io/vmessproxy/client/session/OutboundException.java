package io.vmessproxy.client.session;

import java.io.IOException;

/**
 * A stage of reaching a server failed.
 *
 * <p>The message names stage, server, cause and, where there is one, the remedy: {@code server
 * a.example:443, connect: refused (is the port right, and the server running?)}. It holds no
 * secret, so it may be shown to the application.
 */
public final class OutboundException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Failure failure;
  private final String stage;
  private final String server;

  /**
   * @param stage {@code resolve}, {@code connect}, {@code vmess}...
   * @param server the server's tag
   * @param what what came, and what the user can do: the rest of the message
   */
  public OutboundException(Failure failure, String stage, String server, String what) {
    super("server " + server + ", " + stage + ": " + what);
    this.failure = failure;
    this.stage = stage;
    this.server = server;
  }

  /** The kind of failure, which decides the front end's code. */
  public Failure failure() {
    return failure;
  }

  /** The stage that failed. */
  public String stage() {
    return stage;
  }

  /** The server's tag. */
  public String server() {
    return server;
  }

  /** Expected in the life of a proxy: no stack trace. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
