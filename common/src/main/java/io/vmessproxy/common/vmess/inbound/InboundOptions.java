package io.vmessproxy.common.vmess.inbound;

import io.vmessproxy.common.policy.PolicyTable;

/**
 * What an inbound grants its users.
 *
 * @param policies timeouts and buffers by user level
 * @param access which targets they may reach
 * @param disableInsecureEncryption ends connections whose body is not sealed
 * @param detour what they are told to use instead
 * @param guestLevel the level of users made for a detour that leads here, 0 to 255
 * @param guestAlterId how many alternative ids they have, 0 to 65535
 */
public record InboundOptions(
    PolicyTable policies,
    TargetAccess access,
    boolean disableInsecureEncryption,
    Detour detour,
    int guestLevel,
    int guestAlterId) {
  /** Everything is granted, and nothing suggested. */
  public static InboundOptions open(PolicyTable policies) {
    return new InboundOptions(policies, TargetAccess.ALL, false, Detour.NONE, 0, 0);
  }
}
