package io.vmessproxy.client.cli;

import io.vmessproxy.client.settings.SettingsException;
import picocli.CommandLine.Option;

/** What the program tells about itself. */
final class WatchingOptions {
  private static final String VERBOSE = "--verbose";
  private static final String QUIET = "--quiet";

  @Option(
      names = {"-v", VERBOSE},
      order = 1,
      description = "Tells more on standard error; twice: everything, the network library too.")
  boolean[] verbose = {};

  @Option(
      names = {"-q", QUIET},
      order = 2,
      description = "Tells only warnings and errors.")
  boolean quiet;

  @Option(
      names = {"-h", "--help"},
      order = 3,
      usageHelp = true,
      description = "Shows this text.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      order = 4,
      versionHelp = true,
      description = "Shows the versions of the program, of Java and of the system.")
  boolean version;

  LogLevel level(Given given) {
    if (given.has(QUIET) && given.has(VERBOSE)) {
      throw new SettingsException("--quiet: given with --verbose (expected: one of them)");
    }
    if (quiet && !given.has(VERBOSE)) {
      return LogLevel.QUIET;
    }
    int more = 0;
    for (boolean step : verbose) {
      more += step && !given.has(QUIET) ? 1 : 0;
    }
    return switch (more) {
      case 0 -> LogLevel.NORMAL;
      case 1 -> LogLevel.VERBOSE;
      default -> LogLevel.EVERYTHING;
    };
  }
}
