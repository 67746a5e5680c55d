package io.vmessproxy.client.session;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A stage of reaching a server failed.
 *
 * <p>The message names stage, server, cause and, where there is one, the remedy: {@code server
 * a.example:443, connect: refused (is the port right, and the server running?)}. It holds no
 * secret, so it may be shown to the application.
 */
public final class OutboundException extends IOException {
  /** In place of a server's tag: it is this program itself. */
  public static final String NO_SERVER = "-";

  private static final long serialVersionUID = 1L;

  private final Failure failure;
  private final String stage;
  private final String server;
  private final String evidence;
  private final String action;

  /**
   * @param stage {@code resolve}, {@code connect}, {@code tls}, a transport's name, {@code
   *     vmess}...
   * @param server the server's tag
   * @param evidence what came
   * @param action what the user can do; empty if nothing
   */
  public OutboundException(
      Failure failure, String stage, String server, String evidence, String action) {
    super(
        "%s, %s: %s%s"
            .formatted(who(server), stage, evidence, action.isEmpty() ? "" : " (" + action + ")"));
    this.failure = failure;
    this.stage = stage;
    this.server = server;
    this.evidence = evidence;
    this.action = action;
  }

  /** A failure that the user can do nothing about. */
  public OutboundException(Failure failure, String stage, String server, String evidence) {
    this(failure, stage, server, evidence, "");
  }

  /**
   * This failure as the last one of several attempts.
   *
   * @param earlier those before it, first to last
   */
  public OutboundException after(List<OutboundException> earlier) {
    if (earlier.isEmpty()) {
      return this;
    }
    String others =
        earlier.stream()
            .map(other -> "%s: %s".formatted(other.server, other.failure.text()))
            .collect(Collectors.joining(", "));
    return new OutboundException(
        failure, stage, server, "%s; before it %s".formatted(evidence, others), action);
  }

  private static String who(String server) {
    return server.equals(NO_SERVER) ? "this program" : "server " + server;
  }

  /** Who failed: {@code server a.example:443}, or {@code this program}. */
  public String who() {
    return who(server);
  }

  /** The class of failure. */
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

  /** What came. */
  public String evidence() {
    return evidence;
  }

  /** What the user can do; empty if nothing. */
  public String action() {
    return action;
  }

  /** Expected in the life of a proxy: no stack trace. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
