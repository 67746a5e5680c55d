package io.vmessproxy.common.vmess.inbound;

import io.vmessproxy.common.vmess.account.SwitchAccount;
import org.jspecify.annotations.Nullable;

/**
 * What an inbound suggests to its clients: another one. Asked for every request, on event loops.
 */
@FunctionalInterface
public interface Detour {
  /** No suggestion. */
  Detour NONE = user -> null;

  /**
   * What to tell this user; null is nothing.
   *
   * @param user of the inbound that he came to
   */
  @Nullable SwitchAccount suggestion(InboundUser user);

  /** Leads to an inbound with one port that does not change, and holds as long as can be told. */
  static Detour to(VmessServer target, int port) {
    return user -> target.suggest(user, port, MAX_MINUTES);
  }

  /** The longest that a suggestion can hold. */
  int MAX_MINUTES = 255;
}
