package io.vmessproxy.client.cli;

import io.vmessproxy.client.ClientCheck;
import io.vmessproxy.client.ClientProxy.BindException;
import io.vmessproxy.client.SubscribedServers;
import io.vmessproxy.client.check.CheckRun;
import io.vmessproxy.client.check.CheckSettings;
import io.vmessproxy.client.check.Report;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.subscribe.SubscriptionException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Tries every server once and says what is wrong with it. */
@Command(
    name = CheckCommand.NAME,
    versionProvider = VersionText.class,
    sortOptions = false,
    customSynopsis = "vmess-proxy check [OPTIONS] [LINK...]",
    usageHelpAutoWidth = true,
    header = {"Tries every server once, and says what is wrong with it.", ""},
    footer = {
      "%nEach user of each server has a row: the times of looking the name up (dns), connecting"
          + " (tcp), TLS, the transport's handshake (trans), the server's taking the user (vmess)"
          + " and the first byte of the answer, in milliseconds; and a verdict. Below it, for what"
          + " does not work: what came, and what to try. The exit code is 0 when every server works,"
          + " 1 when one does not.",
      "%nExamples:",
      "  One server:",
      "    vmess-proxy check --server a.example.com:443 --user UUID",
      "  All servers of a file, for a program:",
      "    vmess-proxy check --vnext config.json --json",
      "  Whether a server reaches one site:",
      "    vmess-proxy check --vnext config.json --url https://example.com/",
      "%nJSON: {version: 1, servers: [{tag, address, user, transport, tls, addresses: [TEXT],"
          + " stages: [{name, ms}], verdict: {works, class, stage, evidence, action}, clock}],"
          + " notes: [TEXT]}. A stage is resolve, connect, tls, the transport's name, vmess or target;"
          + " clock is how many seconds the server's is ahead, or null."
    })
final class CheckCommand implements Callable<Integer> {
  static final String NAME = "check";

  private static final long PROGRESS_MILLIS = 100;

  @Spec CommandSpec spec;

  @Mixin ServerOptions servers = new ServerOptions();
  @Mixin SubscriptionOptions subscriptions = new SubscriptionOptions();
  @Mixin CheckOptions checking = new CheckOptions();
  @Mixin WatchingOptions watching = new WatchingOptions();

  @Parameters(paramLabel = LinkArguments.LINK, hidden = true)
  List<String> arguments = List.of();

  /** Lines of text about what the servers come from: a subscription's quota, for one. */
  final List<String> notes = new ArrayList<>();

  @Override
  public Integer call() throws BindException, SubscriptionException, InterruptedException {
    ParseResult parsed = spec.commandLine().getParseResult();
    Given given = new Given(parsed);
    LogLevel level = watching.level(given);
    // The table tells what the log would.
    (level == LogLevel.NORMAL ? LogLevel.QUIET : level).apply();
    refuseBefore(spec.commandLine().getParent().getParseResult());
    LinkArguments.refuseOthers(given, arguments, NAME);
    CheckSettings settings = checking.settings(given);
    List<Server> all = servers(given);
    return print(check(all, servers.demo(given), settings, level), level);
  }

  private List<Server> servers(Given given) throws BindException, SubscriptionException {
    ServerOptions.Chosen chosen = servers.chosen(given);
    if (chosen.subscriptions().isEmpty()) {
      return chosen.servers();
    }
    SubscribedServers all =
        SubscribedServers.load(
            chosen.servers(), subscriptions.settings(given, chosen.subscriptions()));
    notes.addAll(all.notes());
    return all.servers();
  }

  private CheckRun check(List<Server> all, boolean demo, CheckSettings settings, LogLevel level)
      throws InterruptedException {
    StopSignal stop = StopSignal.install();
    try (ClientCheck check = ClientCheck.start(all, demo, settings)) {
      stop.started();
      CheckProgress progress =
          new CheckProgress(spec.commandLine().getErr(), level != LogLevel.QUIET);
      while (!check.run().await(PROGRESS_MILLIS) && !stop.asked()) {
        progress.show(check.run());
      }
      progress.clear();
      return check.run();
    }
  }

  /** What is known, also where a signal has ended it too early. */
  private int print(CheckRun run, LogLevel level) {
    List<Report> reports = run.reports();
    List<Report> failed = reports.stream().filter(report -> !report.verdict().works()).toList();
    PrintWriter out = spec.commandLine().getOut();
    if (checking.json) {
      out.println(CheckJson.text(reports, notes));
    } else {
      boolean all = level != LogLevel.NORMAL && level != LogLevel.QUIET;
      List<Report> shown = level == LogLevel.QUIET ? failed : reports;
      CheckText.lines(shown, level == LogLevel.QUIET ? List.of() : notes, all)
          .forEach(out::println);
    }
    out.flush();
    if (reports.size() < run.all()) {
      PrintWriter err = spec.commandLine().getErr();
      err.println("stopped: %d of %d were checked".formatted(reports.size(), run.all()));
      err.flush();
    }
    return failed.isEmpty() && reports.size() == run.all() ? ExitCode.OK : ExitCode.FAILURE;
  }

  /** What stands before the subcommand is an option of {@code run}, and would do nothing. */
  private static void refuseBefore(ParseResult before) {
    for (OptionSpec option : before.matchedOptions()) {
      throw new SettingsException(
          "%s: stands before check (expected: vmess-proxy check [OPTIONS])"
              .formatted(option.longestName()));
    }
    if (!before.matchedPositionals().isEmpty()) {
      throw new SettingsException(
          "check: is not the first word (expected: vmess-proxy check [OPTIONS])");
    }
  }
}
