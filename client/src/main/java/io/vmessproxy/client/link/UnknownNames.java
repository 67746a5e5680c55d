package io.vmessproxy.client.link;

import com.google.gson.JsonObject;
import java.util.Set;
import java.util.function.Consumer;

/** Reports each name that a reader does not know, and many of them shortly. */
final class UnknownNames {
  private static final int MAX_WARNINGS = 20;

  private final Consumer<String> warnings;
  private int unknown;

  UnknownNames(Consumer<String> warnings) {
    this.warnings = warnings;
  }

  /** Reports what an object has beside {@code known}. */
  void report(String path, JsonObject object, Set<String> known) {
    report(path, object, known, Set.of());
  }

  /**
   * Reports what an object has beside {@code known}.
   *
   * @param unused names that mean something, but not to this program
   */
  void report(String path, JsonObject object, Set<String> known, Set<String> unused) {
    for (String name : object.keySet()) {
      if (unused.contains(name)) {
        warn(JsonTree.member(path, name) + ": not used by this program, ignored");
      } else if (!known.contains(name)) {
        warn(JsonTree.member(path, name) + ": unknown name, ignored");
      }
    }
  }

  /** Reports anything else that has no effect. */
  void warn(String warning) {
    if (++unknown <= MAX_WARNINGS) {
      warnings.accept(warning);
    }
  }

  /** Reports how many were not reported. To be called once, behind all. */
  void sum() {
    if (unknown > MAX_WARNINGS) {
      warnings.accept((unknown - MAX_WARNINGS) + " more names, ignored");
    }
  }
}
