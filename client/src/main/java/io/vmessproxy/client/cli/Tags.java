package io.vmessproxy.client.cli;

import io.vmessproxy.client.cli.Given.Occurrence;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;

/** The names that users give to servers and inbounds. */
final class Tags {
  private static final int MAX_CHARS = 100;

  private Tags() {}

  /** Refuses what would not read as a name in the log. */
  static String check(Occurrence given, String tag, String example) {
    if (tag.isBlank()
        || tag.length() > MAX_CHARS
        || tag.chars().anyMatch(Character::isISOControl)) {
      throw new SettingsException(
          "%s: \"%s\" is no name (expected: 1 to 100 printable characters, as in %s)"
              .formatted(given.name(), Masked.plain(tag), example));
    }
    return tag;
  }
}
