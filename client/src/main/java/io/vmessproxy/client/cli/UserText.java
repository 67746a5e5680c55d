package io.vmessproxy.client.cli;

import io.vmessproxy.client.settings.AccountText;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.inbound.InboundUser;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** An id, and what else is to be said of its user: {@code UUID[,key=value...]}. */
final class UserText {
  private static final Set<String> OF_A_SERVER =
      Set.of("alterId", "security", "level", "authLength");
  private static final Set<String> OF_AN_INBOUND = Set.of("alterId", "level", "email");

  private UserText() {}

  /**
   * Reads a {@code --user}: {@code UUID[,alterId=N][,security=S][,level=N][,authLength=BOOL]}.
   *
   * @param name the option, for messages
   * @param notes told where the id is no UUID
   */
  static Account account(String name, String text, Consumer<String> notes) {
    List<String> parts = List.of(text.split(",", -1));
    UserId id = AccountText.id(name, parts.get(0), notes);
    KeyValues values =
        KeyValues.read(
            quoted(name, text),
            parts.subList(1, parts.size()),
            OF_A_SERVER,
            "alterId=N, security=NAME, level=N or authLength=true, as in"
                + " UUID,alterId=0,security=auto");
    return new Account(
        id,
        values.get("alterId", AccountText::alterId, AccountText.DEFAULT_ALTER_ID),
        values.get("security", AccountText::security, Security.auto()),
        values.get("level", AccountText::level, AccountText.DEFAULT_LEVEL),
        values.get("authLength", UserText::bool, false));
  }

  /**
   * Reads a {@code --client}: {@code UUID[,alterId=N][,level=N][,email=TEXT]}.
   *
   * @param name the option, for messages
   * @param notes told where the id is no UUID
   */
  static InboundUser client(String name, String text, Consumer<String> notes) {
    List<String> parts = List.of(text.split(",", -1));
    UserId id = AccountText.id(name, parts.get(0), notes);
    KeyValues values =
        KeyValues.read(
            quoted(name, text),
            parts.subList(1, parts.size()),
            OF_AN_INBOUND,
            "alterId=N, level=N or email=TEXT, as in UUID,level=0,email=love@example.com");
    return new InboundUser(
        id,
        values.get("alterId", AccountText::alterId, AccountText.DEFAULT_ALTER_ID),
        values.get("level", AccountText::level, AccountText.DEFAULT_LEVEL),
        values.get("email", AccountText::email, ""));
  }

  private static boolean bool(String where, String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new SettingsException(
              "%s: \"%s\" (expected: true or false)".formatted(where, Masked.plain(text)));
    };
  }

  private static String quoted(String name, String text) {
    return "%s: \"%s\"".formatted(name, masked(text));
  }

  /** The text with its id, and whatever may be another one, cut short. */
  static String masked(String text) {
    int comma = text.indexOf(',');
    return comma < 0
        ? Masked.secret(text)
        : Masked.secret(text.substring(0, comma)) + Masked.plain(text.substring(comma));
  }
}
