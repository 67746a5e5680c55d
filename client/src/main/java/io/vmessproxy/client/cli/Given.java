package io.vmessproxy.client.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** What stood on the command line itself, in its order; what came from the environment did not. */
final class Given {
  private final ParseResult result;

  Given(ParseResult result) {
    this.result = result;
  }

  /** Whether the option stood there. */
  boolean has(String option) {
    return result.hasMatchedOption(option);
  }

  /** The option, or the variable its value came from: what a message should name. */
  String name(String option) {
    return has(option) ? option : EnvironmentDefaults.variable(option);
  }

  /** Each time one of these options was given, in order; an argument goes by its label. */
  List<Occurrence> occurrences(Set<String> options) {
    List<Occurrence> occurrences = new ArrayList<>();
    Map<ArgSpec, Integer> seen = new HashMap<>();
    // picocli lists an option once for each time it matched, and its values apart from that.
    for (ArgSpec arg : result.matchedArgs()) {
      int nth = seen.merge(arg, 1, Integer::sum) - 1;
      if (arg instanceof PositionalParamSpec && options.contains(arg.paramLabel())) {
        String label = arg.paramLabel();
        occurrences.add(new Occurrence(label, label, arg.originalStringValues().get(nth)));
      } else if (arg instanceof OptionSpec option && options.contains(option.longestName())) {
        String name = option.longestName();
        occurrences.add(new Occurrence(name, name, value(option, nth)));
      }
    }
    return occurrences;
  }

  /** The nth value of an option; a switch alone has no text, but stands for one. */
  private static String value(OptionSpec option, int nth) {
    return option.getValue() instanceof boolean[] switches
        ? String.valueOf(switches[nth])
        : option.originalStringValues().get(nth);
  }

  /** What the environment gives of an option, in the shape of what stood on the command line. */
  static List<Occurrence> fromEnvironment(String option, List<String> values) {
    String variable = EnvironmentDefaults.variable(option);
    return values.stream().map(value -> new Occurrence(option, variable, value)).toList();
  }

  /** Puts {@code parts} behind each occurrence that begins a group. */
  static void addBehindEach(Set<String> begins, List<Occurrence> all, List<Occurrence> parts) {
    for (int i = all.size() - 1; i >= 0; i--) {
      if (begins.contains(all.get(i).option())) {
        all.addAll(i + 1, parts);
      }
    }
  }

  /** The first argument, argument files expanded; empty if there is none. */
  String first() {
    List<String> arguments = result.expandedArgs();
    return arguments.isEmpty() ? "" : arguments.get(0);
  }

  /**
   * An option given once.
   *
   * @param name what a message calls it: the option, or an environment variable
   */
  record Occurrence(String option, String name, String value) {
    /** Never the value: it may be an id. */
    @Override
    public String toString() {
      return name;
    }
  }
}
