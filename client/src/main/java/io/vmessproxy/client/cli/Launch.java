package io.vmessproxy.client.cli;

import java.util.List;
import java.util.Map;

/**
 * How the program was started.
 *
 * @param arguments as they were given, files not yet read
 * @param hangup heard of since
 */
record Launch(List<String> arguments, Map<String, String> environment, Hangup hangup) {
  Launch {
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
  }

  static Launch of(List<String> arguments) {
    return new Launch(arguments, System.getenv(), Hangup.install());
  }

  /** Never the arguments and variables, which hold ids and passwords. */
  @Override
  public String toString() {
    return "%d arguments".formatted(arguments.size());
  }
}
