package io.vmessproxy.client.link;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Makes names unique in mihomo's way: {@code home}, {@code home-01}, {@code home-02}. */
final class UniqueNames {
  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> numbers = new HashMap<>();

  /** The name, or the first with a number that nobody has. */
  String of(String name) {
    String unique = name;
    while (!taken.add(unique)) {
      unique = "%s-%02d".formatted(name, numbers.merge(name, 1, Integer::sum));
    }
    return unique;
  }
}
