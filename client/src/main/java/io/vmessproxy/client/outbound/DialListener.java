package io.vmessproxy.client.outbound;

import io.vmessproxy.common.vmess.account.SwitchAccount;

/** Hears what the connections to an endpoint tell of it, on any event loop. */
@FunctionalInterface
public interface DialListener {
  /** The server names another port. */
  void suggested(SwitchAccount suggestion);

  /**
   * A connection's transport stands.
   *
   * @param tookNanos how long that took
   */
  default void opened(long tookNanos) {}

  /**
   * The server takes the user: it has answered a question.
   *
   * @param tookNanos to connect and to answer
   */
  default void proven(long tookNanos) {}

  /**
   * A question is not answered; why, is still to be found out.
   *
   * @param what it does instead
   */
  default void unanswered(String what) {}
}
