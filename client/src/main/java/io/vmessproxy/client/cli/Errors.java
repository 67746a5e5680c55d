package io.vmessproxy.client.cli;

import io.vmessproxy.client.ClientProxy;
import io.vmessproxy.client.serve.CannotListen;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.subscribe.SubscriptionException;
import java.io.PrintWriter;
import java.util.List;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * From an exception to one line and an exit code. picocli's own messages are not used: they repeat
 * arguments whole, and an argument may be an id or a password.
 */
final class Errors implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private static final int MAX_SUGGESTIONS = 3;

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    return usage(e.getCommandLine(), message(e));
  }

  @Override
  public int handleExecutionException(
      Exception e, CommandLine commandLine, ParseResult parseResult) {
    if (e instanceof SettingsException) {
      return usage(commandLine, e.getMessage());
    }
    if (e instanceof ClientProxy.BindException cannotBind) {
      String message = BindFailure.message(cannotBind.listener(), cannotBind.getCause());
      commandLine.getErr().println(message);
      return ExitCode.FAILURE;
    }
    if (e instanceof CannotListen cannotListen) {
      String message = BindFailure.message(cannotListen.inbound(), cannotListen.getCause());
      commandLine.getErr().println(message);
      return ExitCode.FAILURE;
    }
    if (e instanceof SubscriptionException) {
      commandLine.getErr().println(ServerOptions.SUBSCRIBE + ": " + e.getMessage());
      return ExitCode.FAILURE;
    }
    LoggerFactory.getLogger(Errors.class).error("a mistake of this program", e);
    return ExitCode.FAILURE;
  }

  /** Prints one line, and where to read on. */
  static int usage(CommandLine commandLine, String message) {
    PrintWriter err = commandLine.getErr();
    err.println(message);
    err.print(commandLine.getHelp().synopsisHeading());
    err.print(commandLine.getHelp().synopsis(0));
    String command = commandLine.getCommandSpec().qualifiedName();
    err.println("Try '" + command + " --help' for more information.");
    err.flush();
    return ExitCode.USAGE;
  }

  /** What is wrong, without what may be a secret. */
  static String message(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      return unknown(unmatched);
    }
    if (e instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
      ArgSpec arg = missing.getMissing().get(0);
      return "%s: no value (expected: %s %s)".formatted(name(arg), name(arg), arg.paramLabel());
    }
    if (e instanceof OverwrittenOptionException twice) {
      return name(twice.getOverwritten()) + ": given twice (expected: once)";
    }
    if (e.getArgSpec() instanceof OptionSpec option) {
      // Switches alone are read by picocli.
      String variable = EnvironmentDefaults.variable(option.longestName());
      return "%s (or %s): \"%s\" is no value for a switch (expected: %s alone, or %s=true)"
          .formatted(name(option), variable, Masked.plain(e.getValue()), name(option), variable);
    }
    return "the command line cannot be read (expected: vmess-proxy [run] [OPTIONS] [LINK...], or"
        + " vmess-proxy serve [OPTIONS])";
  }

  private static String unknown(UnmatchedArgumentException e) {
    String argument = e.getUnmatched().get(0);
    int equals = argument.indexOf('=');
    String option = equals < 0 ? argument : argument.substring(0, equals);
    if (!option.startsWith("--") && option.length() > 2) {
      option = option.substring(0, 2); // -pSECRET
    }
    List<String> near = e.getSuggestions();
    if (near.isEmpty()) {
      near = NearMisses.of(option, e.getCommandLine().getCommandSpec());
    }
    String hint =
        near.isEmpty()
            ? e.getCommandLine().getCommandSpec().qualifiedName() + " --help lists all"
            : "did you mean "
                + String.join(", ", near.subList(0, Math.min(near.size(), MAX_SUGGESTIONS)))
                + "?";
    return "%s: unknown option (%s)".formatted(Masked.plain(option), hint);
  }

  private static String name(ArgSpec arg) {
    return arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
  }
}
