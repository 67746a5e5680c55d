package io.vmessproxy.common.vmess.account;

import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.Security;

/**
 * A user of a server: who he is and how his bodies are sealed.
 *
 * @param alterId how many alternative ids are derived from the id, 0 to 65535
 * @param level names a policy, 0 to 255
 * @param authenticatedLength whether the sizes of chunks are sealed, too, which V2Ray 4 cannot read
 */
public record Account(
    UserId id, int alterId, Security security, int level, boolean authenticatedLength) {
  /** An account whose chunk sizes are not sealed. */
  public Account(UserId id, int alterId, Security security, int level) {
    this(id, alterId, security, level, false);
  }

  public Account {
    if (alterId < 0 || alterId > 0xffff) {
      throw new IllegalArgumentException("alterId: " + alterId + " (expected: 0..65535)");
    }
    if (level < 0 || level > 0xff) {
      throw new IllegalArgumentException("level: " + level + " (expected: 0..255)");
    }
  }

  /** The options that this user's requests ask for. */
  public BodyOptions bodyOptions(Command command) {
    BodyOptions options = BodyOptions.recommended(security, command);
    return authenticatedLength && security.sealsPayloads()
        ? options.with(BodyOptions.AUTHENTICATED_LENGTH)
        : options;
  }
}
