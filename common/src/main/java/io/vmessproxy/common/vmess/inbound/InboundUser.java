package io.vmessproxy.common.vmess.inbound;

import io.vmessproxy.common.vmess.account.UserId;

/**
 * A user that an inbound takes; in settings, one of its {@code clients}.
 *
 * @param alterId how many alternative ids are taken beside the id itself, 0 to 65535
 * @param level names a policy, 0 to 255
 * @param email names the user in logs and to a detour, in lower case; empty: he has none
 */
public record InboundUser(UserId id, int alterId, int level, String email) {
  public InboundUser {
    if (alterId < 0 || alterId > 0xffff) {
      throw new IllegalArgumentException("alterId: " + alterId + " (expected: 0..65535)");
    }
    if (level < 0 || level > 0xff) {
      throw new IllegalArgumentException("level: " + level + " (expected: 0..255)");
    }
  }

  /** The email, or else the id's ends: what a log calls him. */
  @Override
  public String toString() {
    return email.isEmpty() ? id.toString() : email;
  }
}
