package io.vmessproxy.client.cli;

import io.vmessproxy.client.settings.AccountText;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.UserId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code UUID[,alterId=N][,security=S][,level=N]}. */
final class UserText {
  private UserText() {}

  /**
   * Reads an account.
   *
   * @param name the option, for the message
   */
  static Account read(String name, String text) {
    List<String> parts = List.of(text.split(",", -1));
    UserId id = AccountText.id(name, parts.get(0));
    int alterId = AccountText.DEFAULT_ALTER_ID;
    Security security = Security.auto();
    int level = AccountText.DEFAULT_LEVEL;
    Set<String> seen = new HashSet<>();
    String quoted = name + ": \"" + masked(text) + "\": ";
    for (String part : parts.subList(1, parts.size())) {
      int equals = part.indexOf('=');
      String key = part.substring(0, Math.max(equals, 0));
      String value = part.substring(equals + 1);
      String where = quoted + key;
      if (!seen.add(key)) {
        throw new SettingsException(where + " is given twice (expected: once)");
      }
      switch (key) {
        case "alterId" -> alterId = AccountText.alterId(where, value);
        case "security" -> security = AccountText.security(where, value);
        case "level" -> level = AccountText.level(where, value);
        default ->
            throw new SettingsException(
                quoted
                    + "unknown part (expected: alterId=N, security=NAME or level=N, as in"
                    + " UUID,alterId=0,security=auto)");
      }
    }
    return new Account(id, alterId, security, level);
  }

  /** The text with its id, and whatever may be another one, cut short. */
  static String masked(String text) {
    int comma = text.indexOf(',');
    return comma < 0
        ? Masked.secret(text)
        : Masked.secret(text.substring(0, comma)) + Masked.plain(text.substring(comma));
  }
}
