package io.vmessproxy.client.cli;

import io.vmessproxy.client.settings.ClientSettings;
import io.vmessproxy.client.settings.ServeSettings;
import io.vmessproxy.common.vmess.Security;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Command lines that are read but not run. */
final class Parsed {
  static final String ID = "27848739-7e62-4138-9fd3-098a63964b6b";
  static final String OTHER_ID = "b831381d-6324-4d53-ad4f-8cda48b30811";
  static final String HINT =
      ("Usage: vmess-proxy [run] [OPTIONS] [LINK...]%nTry 'vmess-proxy --help' for more"
              + " information.%n")
          .formatted();

  static final String SERVE_HINT =
      ("Usage: vmess-proxy serve [OPTIONS]%nTry 'vmess-proxy serve --help' for more"
              + " information.%n")
          .formatted();

  /** The securities as messages list them. */
  static final String SECURITIES =
      Stream.of(Security.values())
          .map(Security::text)
          .collect(Collectors.joining(", ", "auto, ", ""))
          .replaceFirst(", (?=[^,]*$)", " or ");

  private Parsed() {}

  static ClientSettings settings(String... args) {
    return settings(Map.of(), args);
  }

  static ClientSettings settings(Map<String, String> environment, String... args) {
    RunCommand command = new RunCommand();
    CommandLine commandLine = Main.commandLine(command, environment);
    return command.settings(new Given(commandLine.parseArgs(args)));
  }

  /** The settings of {@code serve} with these arguments. */
  static ServeSettings serveSettings(Map<String, String> environment, String... args) {
    CommandLine commandLine = Main.commandLine(new RunCommand(), environment);
    commandLine.parseArgs(serve(args));
    CommandLine serve = commandLine.getSubcommands().get("serve");
    ServeCommand command = serve.getCommand();
    return command.settings(new Given(serve.getParseResult()));
  }

  private static String[] serve(String... args) {
    return Stream.concat(Stream.of("serve"), Stream.of(args)).toArray(String[]::new);
  }

  /** The error line of a command line that is wrong; the rest must be as always. */
  static String error(String... args) {
    return error(Map.of(), args);
  }

  static String error(Map<String, String> environment, String... args) {
    return error(HINT, environment, args);
  }

  /** The same of {@code serve} with these arguments. */
  static String serveError(Map<String, String> environment, String... args) {
    return error(SERVE_HINT, environment, serve(args));
  }

  private static String error(String hint, Map<String, String> environment, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = Main.commandLine(new RunCommand(), environment);
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code = Main.execute(commandLine, args);
    if (code != ExitCode.USAGE || !out.toString().isEmpty() || !err.toString().endsWith(hint)) {
      throw new AssertionError("exit code " + code + ", out: " + out + ", err: " + err);
    }
    String all = err.toString();
    String line = all.substring(0, all.length() - hint.length()).stripTrailing();
    if (line.lines().count() != 1) {
      throw new AssertionError("not one line: " + line);
    }
    return line;
  }

  /** What an option that is no mistake prints. */
  static String output(String... args) {
    StringWriter out = new StringWriter();
    CommandLine commandLine = Main.commandLine(new RunCommand(), Map.of());
    commandLine.setOut(new PrintWriter(out));
    int code = Main.execute(commandLine, args);
    if (code != ExitCode.OK) {
      throw new AssertionError("exit code " + code + ", out: " + out);
    }
    return out.toString();
  }
}
