package io.vmessproxy.common.vmess.outbound;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
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

  /**
   * The server closed the connection instead of answering, or what came is no answer.
   *
   * @param stream the stream's channel, which closes
   * @param instead the first bytes of what came, if anything did: not to be kept or released
   * @param cause what the connection or the bytes failed with
   */
  void refused(Channel stream, ByteBuf instead, Throwable cause);

  /**
   * We closed the connection before an answer came to what the application had sent.
   *
   * @param waitedNanos how long the server had had since the first payload
   */
  void abandoned(long waitedNanos);
}
