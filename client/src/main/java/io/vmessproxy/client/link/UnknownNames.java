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
    for (String name : object.keySet()) {
      if (!known.contains(name) && ++unknown <= MAX_WARNINGS) {
        warnings.accept(JsonTree.member(path, name) + ": unknown name, ignored");
      }
    }
  }

  /** Reports how many were not reported. To be called once, behind all. */
  void sum() {
    if (unknown > MAX_WARNINGS) {
      warnings.accept((unknown - MAX_WARNINGS) + " more unknown names, ignored");
    }
  }
}
