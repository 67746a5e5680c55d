package io.vmessproxy.client.cli;

import io.vmessproxy.client.settings.SettingsException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code key=value,...}: known keys, each once. */
final class KeyValues {
  private final String quoted;
  private final Map<String, String> values = new HashMap<>();

  private KeyValues(String quoted) {
    this.quoted = quoted;
  }

  /**
   * Reads the parts between the commas.
   *
   * @param quoted the option with its value masked, for messages
   * @param expected what the keys and their values are, for messages
   */
  static KeyValues read(String quoted, List<String> parts, Set<String> known, String expected) {
    KeyValues read = new KeyValues(quoted);
    for (String part : parts) {
      int equals = part.indexOf('=');
      String key = part.substring(0, Math.max(equals, 0));
      if (!known.contains(key)) {
        throw new SettingsException("%s: unknown part (expected: %s)".formatted(quoted, expected));
      }
      if (read.values.put(key, part.substring(equals + 1)) != null) {
        throw new SettingsException(
            "%s: %s is given twice (expected: once)".formatted(quoted, key));
      }
    }
    return read;
  }

  /** What a key's value stands for, or something else where the key is missing. */
  <T> T get(String key, Reader<T> reader, T otherwise) {
    String value = values.get(key);
    return value == null ? otherwise : reader.read(quoted + ": " + key, value);
  }

  /** Turns a value into what it stands for. */
  @FunctionalInterface
  interface Reader<T> {
    T read(String where, String value);
  }
}
