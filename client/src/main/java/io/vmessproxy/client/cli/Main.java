package io.vmessproxy.client.cli;

import java.io.File;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;

/** The program's entry. */
public final class Main {
  private Main() {}

  /** Runs the command line and exits with its code. */
  public static void main(String[] args) {
    RunCommand run = new RunCommand();
    run.reload = new Reload(List.of(args), System.getenv());
    CommandLine commandLine = commandLine(run, System.getenv());
    commandLine.setOut(new PrintWriter(System.out, true, Charset.defaultCharset()));
    commandLine.setErr(new PrintWriter(System.err, true, Charset.defaultCharset()));
    System.exit(execute(commandLine, args));
  }

  static int execute(CommandLine commandLine, String... args) {
    for (String arg : args) {
      // picocli would answer with a stack trace.
      if (arg.startsWith("@") && new File(arg.substring(1)).isDirectory()) {
        return Errors.usage(commandLine, arg + ": a directory (expected: a file of arguments)");
      }
    }
    return commandLine.execute(args);
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
