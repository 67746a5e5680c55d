package io.vmessproxy.common.vmess.outbound;

import io.vmessproxy.common.vmess.account.SwitchAccount;
import org.jspecify.annotations.Nullable;

/**
 * Hears whether the server answered a stream's request. At most one of the methods is called, once,
 * on the channel's event loop.
 */
public interface ResponseListener {
  /**
   * The response header came, and it is right: the server knows the user.
   *
   * @param suggestion another port to use from now on, where the server names one
   */
  void answered(@Nullable SwitchAccount suggestion);

  /** The server closed the connection instead of answering. */
  void refused();

  /**
   * We closed the connection before an answer came to what the application had sent.
   *
   * @param waitedNanos how long the server had had since the first payload
   */
  void abandoned(long waitedNanos);
}
