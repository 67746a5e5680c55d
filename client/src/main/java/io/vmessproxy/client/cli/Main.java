package io.vmessproxy.client.cli;

import java.io.File;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;

/** The program's entry. */
public final class Main {
  private Main() {}

  /** Runs the command line and exits with its code. */
  public static void main(String[] args) {
    Launch launch = Launch.of(List.of(args));
    RunCommand run = new RunCommand();
    run.launch = launch;
    CommandLine commandLine = commandLine(run, launch.environment());
    commandLine.setOut(new PrintWriter(System.out, true, Charset.defaultCharset()));
    commandLine.setErr(new PrintWriter(System.err, true, Charset.defaultCharset()));
    System.exit(execute(commandLine, args));
  }

  static int execute(CommandLine commandLine, String... args) {
    return folder(List.of(args))
        .map(wrong -> Errors.usage(commandLine, wrong))
        .orElseGet(() -> commandLine.execute(args));
  }

  /** What is wrong with an {@code @FILE} that is a folder: picocli would throw what it throws. */
  static Optional<String> folder(List<String> arguments) {
    return arguments.stream()
        .filter(argument -> argument.startsWith("@"))
        .filter(argument -> new File(argument.substring(1)).isDirectory())
        .map(argument -> argument + ": a directory (expected: a file of arguments)")
        .findFirst();
  }

  static CommandLine commandLine(RunCommand command, Map<String, String> environment) {
    return commandLine(command, environment, System.in);
  }

  static CommandLine commandLine(
      RunCommand command, Map<String, String> environment, InputStream in) {
    Errors errors = new Errors();
    CommandLine commandLine =
        new CommandLine(command)
            .addSubcommand(new CheckCommand())
            .addSubcommand(new LinkCommand(in))
            .addSubcommand(new ServeCommand())
            // A tag or a password may be "serve", too.
            .setAllowSubcommandsAsOptionParameters(true)
            // ${...} in a password is a password.
            .setInterpolateVariables(false)
            .setDefaultValueProvider(new EnvironmentDefaults(environment))
            .setParameterExceptionHandler(errors)
            .setExecutionExceptionHandler(errors);
    HelpSections.install(commandLine);
    return commandLine;
  }
}
