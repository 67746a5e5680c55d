package io.vmessproxy.client.session;

/** Why a stream could not be opened; each front end has a code of its protocol for each. */
public enum Failure {
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
  /** The server stands, but does not take our VMess header. */
  REJECTED,
  /** The server ended the stream before the target's first byte. */
  ENDED,
  /** Our own limits: too many connections. */
  EXHAUSTED,
  /** Our own mistake. */
  INTERNAL
}
