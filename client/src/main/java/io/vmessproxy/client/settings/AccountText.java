package io.vmessproxy.client.settings;

import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.UserId;
import java.util.Locale;

/**
 * The four fields of an account, as {@code --user} and JSON spell them. {@code where} is the flag
 * or the JSON path that a message begins with. No message holds a whole id.
 */
public final class AccountText {
  /** Level of an account that names none. */
  public static final int DEFAULT_LEVEL = 0;

  /** Number of alternative ids of an account that does not say. */
  public static final int DEFAULT_ALTER_ID = 0;

  private static final int MAX_ALTER_ID = 0xffff;
  private static final int MAX_LEVEL = 0xff;

  private AccountText() {}

  /** Reads an id: 8-4-4-4-12 hex digits, or 32 without dashes. */
  public static UserId id(String where, String text) {
    try {
      return UserId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new SettingsException(
          "%s: \"%s\" is not a UUID (expected: 8-4-4-4-12 hex digits)"
              .formatted(where, Masked.secret(text)));
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
    boolean later = text.toLowerCase(Locale.ROOT).equals("aes-128-cfb");
    return "%s: \"%s\"%s (expected: auto, aes-128-gcm, chacha20-poly1305, none or zero)"
        .formatted(where, Masked.plain(text), later ? " is not supported yet" : "");
  }

  /** Reads the number that names a policy. */
  public static int level(String where, String text) {
    return Numbers.read(where, text, 0, MAX_LEVEL);
  }
}
