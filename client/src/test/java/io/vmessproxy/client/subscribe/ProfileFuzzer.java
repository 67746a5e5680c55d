package io.vmessproxy.client.subscribe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Any text as a provider's headers, one a line: what is shown of them is short and printable, and
 * an interval keeps within its limits. The same bytes as a file of the cache: an answer or an
 * {@link IOException}.
 */
public final class ProfileFuzzer {
  private static final int MAX_NOTE_CHARS = 230;

  private ProfileFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    Map<String, String> headers = new HashMap<>();
    for (String line : new String(data, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1));
      }
    }
    Profile profile = Profile.of(headers, text -> text);
    if (profile.updateInterval() != null
        && (profile.updateInterval().toHours() < 1 || profile.updateInterval().toDays() > 30)) {
      throw new AssertionError("interval " + profile.updateInterval());
    }
    for (String note : profile.notes(Instant.EPOCH)) {
      if (note.length() > MAX_NOTE_CHARS || note.chars().anyMatch(Character::isISOControl)) {
        throw new AssertionError("note " + note);
      }
    }
    try {
      Cached cached = Cached.decode(data);
      Cached again = Cached.decode(cached.encode());
      if (!again.fetched().equals(cached.fetched())
          || !again.headers().equals(cached.headers())
          || !Arrays.equals(again.body(), cached.body())) {
        throw new AssertionError("another answer: " + again.headers());
      }
    } catch (IOException e) {
      return; // As it should be for what is none.
    }
  }
}
