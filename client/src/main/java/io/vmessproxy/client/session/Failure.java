package io.vmessproxy.client.session;

import java.util.Locale;

/**
 * Why a stream could not be opened: the classes that {@code check} tells, each of one {@link Kind}.
 */
public enum Failure {
  /** The server's name does not resolve. */
  UNRESOLVED(Kind.UNRESOLVED),
  /** The server's port refuses connections. */
  REFUSED(Kind.REFUSED),
  /** No route to the server. */
  UNREACHABLE(Kind.UNREACHABLE),
  /** The server did not answer in time. */
  TIMED_OUT(Kind.TIMED_OUT),
  /** The connection was reset or closed where an answer was due, below VMess. */
  RESET(Kind.TRANSPORT),

  /** A certificate's time is over. */
  TLS_EXPIRED(Kind.TRANSPORT),
  /** A certificate's time has not come: this machine's clock may be slow. */
  TLS_NOT_YET_VALID(Kind.TRANSPORT),
  /** The certificate is for other names. */
  TLS_WRONG_HOST(Kind.TRANSPORT),
  /** The certificate is its own issuer. */
  TLS_SELF_SIGNED(Kind.TRANSPORT),
  /** The server does not send the certificates between its own and a root. */
  TLS_INCOMPLETE_CHAIN(Kind.TRANSPORT),
  /** The chain ends at a root that is not trusted, or is not a chain at all. */
  TLS_UNTRUSTED(Kind.TRANSPORT),
  /** The certificate is not the pinned one. */
  TLS_PIN(Kind.TRANSPORT),
  /** No common version, cipher or application protocol, or an alert that says nothing better. */
  TLS_PROTOCOL(Kind.TRANSPORT),
  /** We speak TLS, the server something else. */
  TLS_TO_PLAIN(Kind.TRANSPORT),
  /** We speak plainly, the server expects TLS. */
  PLAIN_TO_TLS(Kind.TRANSPORT),

  /** The transport's handshake was answered with a status that says nothing better. */
  HTTP_STATUS(Kind.TRANSPORT),
  /** No such path, or host, at the server. */
  WRONG_PATH(Kind.TRANSPORT),
  /** No such gRPC service at the server. */
  WRONG_SERVICE(Kind.TRANSPORT),
  /** A web server answered, but not as a WebSocket. */
  NOT_WEBSOCKET(Kind.TRANSPORT),
  /** The server's end of a transport did not do as it should. */
  TRANSPORT(Kind.TRANSPORT),

  /** The server knows no such user. */
  UNKNOWN_USER(Kind.REJECTED),
  /** The server's clock and ours differ by too much. */
  CLOCK(Kind.REJECTED),
  /** The server takes the other form of header: alterId 0 or not. */
  HEADER_FORM(Kind.REJECTED),
  /** The server stands, but does not take our VMess header. */
  REJECTED(Kind.REJECTED),

  /** The server ended the stream before the target's first byte. */
  ENDED(Kind.ENDED),
  /** The server takes the user, but does not reach the target. */
  TARGET(Kind.ENDED),
  /** Instead of the target's answer comes a page of the server: a quota or a term is over. */
  QUOTA_PAGE(Kind.ENDED),
  /** Our own limits: too many connections. */
  EXHAUSTED(Kind.EXHAUSTED),
  /** Our own mistake. */
  INTERNAL(Kind.INTERNAL);

  private final Kind kind;

  Failure(Kind kind) {
    this.kind = kind;
  }

  /** What a front end makes a code of. */
  public Kind kind() {
    return kind;
  }

  /** The word for programs: {@code tls-expired}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What a front end can tell apart: it has a code of its protocol for each. */
  public enum Kind {
    /** The server's name does not resolve. */
    UNRESOLVED,
    /** The server's port refuses connections. */
    REFUSED,
    /** No route to the server. */
    UNREACHABLE,
    /** The server did not answer in time. */
    TIMED_OUT,
    /** The server's end of a layer (TLS, a transport) did not do as it should. */
    TRANSPORT,
    /** The server does not take the user. */
    REJECTED,
    /** The stream ended before the target's answer. */
    ENDED,
    /** Our own limits. */
    EXHAUSTED,
    /** Our own mistake. */
    INTERNAL
  }
}
