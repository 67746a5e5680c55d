package io.vmessproxy.client.cli;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Options of short names, which picocli's own suggestions leave out. */
final class NearMisses {
  private NearMisses() {}

  /** The long options that one slip makes of this: a letter more, less, other, or two swapped. */
  static List<String> of(String option, CommandSpec command) {
    return command.options().stream()
        .flatMap(each -> Arrays.stream(each.names()))
        .filter(name -> name.startsWith("--") && isOneSlip(option, name))
        .sorted()
        .toList();
  }

  private static boolean isOneSlip(String a, String b) {
    int same = 0;
    while (same < a.length() && same < b.length() && a.charAt(same) == b.charAt(same)) {
      same++;
    }
    String left = a.substring(same);
    String right = b.substring(same);
    if (left.isEmpty() || right.isEmpty()) {
      return left.length() + right.length() == 1;
    }
    boolean swapped =
        left.length() > 1
            && right.length() > 1
            && left.charAt(0) == right.charAt(1)
            && left.charAt(1) == right.charAt(0)
            && left.substring(2).equals(right.substring(2));
    return swapped
        || left.substring(1).equals(right)
        || left.equals(right.substring(1))
        || left.substring(1).equals(right.substring(1));
  }
}
