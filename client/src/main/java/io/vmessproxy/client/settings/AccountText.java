package io.vmessproxy.client.settings;

import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.UserId;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The fields of an account, as flags and JSON spell them. {@code where} is the flag or the JSON
 * path that a message begins with. No message holds a whole id.
 */
public final class AccountText {
  /** Level of an account that names none. */
  public static final int DEFAULT_LEVEL = 0;

  /** Number of alternative ids of an account that does not say. */
  public static final int DEFAULT_ALTER_ID = 0;

  private static final int MAX_ALTER_ID = 0xffff;
  private static final int MAX_LEVEL = 0xff;

  private static final int MAX_EMAIL_CHARS = 100;
  private static final List<String> SECURITIES =
      Arrays.stream(Security.values()).map(Security::text).toList();

  private AccountText() {}

  /**
   * Reads an id: 8-4-4-4-12 hex digits, 32 without dashes, or a name of up to 30 bytes.
   *
   * @param notes told where it is a name: it may as well be a slip
   */
  public static UserId id(String where, String text, Consumer<String> notes) {
    UserId id;
    try {
      id = UserId.read(text);
    } catch (IllegalArgumentException e) {
      throw new SettingsException(
          ("%s: \"%s\" is neither a UUID nor a name (expected: 8-4-4-4-12 hex digits, or 1 to 30"
                  + " bytes)")
              .formatted(where, Masked.secret(text)));
    }
    if (!isUuid(text)) {
      notes.accept(
          "%s: \"%s\" is no UUID, used as its UUIDv5 %s as Xray and sing-box do"
              .formatted(where, Masked.secret(text), id));
    }
    return id;
  }

  private static boolean isUuid(String text) {
    try {
      UserId.parse(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Reads how many alternative ids there are. */
  public static int alterId(String where, String text) {
    return Numbers.read(where, text, 0, MAX_ALTER_ID);
  }

  /** Reads the name of a security. */
  public static Security security(String where, String text) {
    return Security.named(text).orElseThrow(() -> new SettingsException(unknown(where, text)));
  }

  private static String unknown(String where, String text) {
    return "%s: \"%s\" (expected: auto, %s or %s)"
        .formatted(
            where,
            Masked.plain(text),
            SECURITIES.stream().limit(SECURITIES.size() - 1L).collect(Collectors.joining(", ")),
            SECURITIES.get(SECURITIES.size() - 1));
  }

  /** Reads the number that names a policy. */
  public static int level(String where, String text) {
    return Numbers.read(where, text, 0, MAX_LEVEL);
  }

  /** Reads what names a user in logs; in lower case, for its case does not matter. */
  public static String email(String where, String text) {
    if (text.isBlank()
        || text.length() > MAX_EMAIL_CHARS
        || text.chars().anyMatch(Character::isISOControl)) {
      throw new SettingsException(
          "%s: \"%s\" (expected: 1 to 100 printable characters, as in love@example.com)"
              .formatted(where, Masked.plain(text)));
    }
    return text.toLowerCase(Locale.ROOT);
  }
}
