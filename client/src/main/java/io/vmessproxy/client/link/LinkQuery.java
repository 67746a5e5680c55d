package io.vmessproxy.client.link;

import io.vmessproxy.client.settings.PercentText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The {@code k=v&k=v} of a link. The case of keys does not matter; the first of two is taken. A
 * plus is a plus.
 */
final class LinkQuery {
  private static final Set<String> YES = Set.of("1", "true", "yes", "on");

  private record Entry(String key, String value, int position) {}

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /**
   * Reads the pairs.
   *
   * @param position of the query's first character in the link
   * @param warnings takes {@code DUPLICATE_QUERY_KEY}
   */
  LinkQuery(String query, int position, List<String> warnings) {
    int from = 0;
    while (from < query.length()) {
      int end = query.indexOf('&', from);
      end = end < 0 ? query.length() : end;
      int equals = query.indexOf('=', from);
      equals = equals < 0 || equals > end ? end : equals;
      String key = PercentText.decode(query.substring(from, equals)).strip();
      int value = Math.min(equals + 1, end);
      Entry entry =
          new Entry(key, PercentText.decode(query.substring(value, end)), position + value);
      if (!key.isEmpty() && entries.putIfAbsent(key.toLowerCase(Locale.ROOT), entry) != null) {
        warnings.add("DUPLICATE_QUERY_KEY");
      }
      from = end + 1;
    }
  }

  /** The first of these keys that has a value, its blanks gone; empty: none has. */
  String take(String... keys) {
    Entry found = find(keys);
    return found == null ? "" : found.value.strip();
  }

  /** The same, noting where it stands. */
  String take(RawNode raw, String field, String... keys) {
    Entry found = find(keys);
    if (found != null) {
      raw.positions.put(field, found.position);
    }
    return found == null ? "" : found.value.strip();
  }

  /** All of them are taken, whichever has a value. */
  private @Nullable Entry find(String... keys) {
    Entry found = null;
    for (String key : keys) {
      Entry entry = entries.remove(key.toLowerCase(Locale.ROOT));
      if (entry != null && found == null && !entry.value.isBlank()) {
        found = entry;
      }
    }
    return found;
  }

  /** Whether one of these switches is on. */
  boolean takeSwitch(String... keys) {
    boolean on = false;
    for (String key : keys) {
      on |= isOn(take(key));
    }
    return on;
  }

  static boolean isOn(String word) {
    return YES.contains(word.strip().toLowerCase(Locale.ROOT));
  }

  /** Puts what nobody has taken where it is kept. */
  void keepRest(Map<String, String> extras) {
    entries.values().forEach(entry -> extras.put(entry.key, JsonText.of(entry.value)));
  }
}
