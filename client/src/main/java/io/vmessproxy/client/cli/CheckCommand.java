package io.vmessproxy.client.cli;

import io.vmessproxy.client.ClientCheck;
import io.vmessproxy.client.check.CheckRun;
import io.vmessproxy.client.check.CheckSettings;
import io.vmessproxy.client.check.Report;
import io.vmessproxy.client.subscribe.SubscriptionException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
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
      "  A link, and all servers of a subscription:",
      "    vmess-proxy check vmess://... --subscribe https://sub.example.com/...",
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
  @ParentCommand RunCommand program;

  @Mixin ServerOptions servers = new ServerOptions();
  @Mixin SubscriptionOptions subscriptions = new SubscriptionOptions();
  @Mixin CheckOptions checking = new CheckOptions();
  @Mixin TimeoutOptions timeouts = new TimeoutOptions();
  @Mixin WatchingOptions watching = new WatchingOptions();

  @Parameters(paramLabel = LinkArguments.LINK, hidden = true)
  List<String> arguments = List.of();

  @Override
  public Integer call() throws InterruptedException, SubscriptionException {
    program.hangUpEnds();
    ParseResult parsed = spec.commandLine().getParseResult();
    Given given = new Given(parsed);
    LogLevel level = watching.level(given);
    // The table tells what the log would.
    (level == LogLevel.NORMAL ? LogLevel.QUIET : level).apply();
    ServeCommand.refuseBefore(spec.commandLine().getParent().getParseResult(), NAME);
    LinkArguments.refuseOthers(given, arguments, NAME);
    ServerOptions.Chosen chosen = servers.chosen(given);
    ClientCheck.Servers all =
        new ClientCheck.Servers(
            chosen.servers(),
            subscriptions.settings(given, chosen.subscriptions()),
            servers.demo(given));
    CheckSettings settings = checking.settings(given, timeouts);
    // Without a report nothing is known to work.
    StopSignal stop = StopSignal.install(ExitCode.FAILURE);
    try (ClientCheck check = ClientCheck.start(all, settings)) {
      stop.started();
      await(check.run(), stop, level);
      return print(check.run(), check.notes(), level);
    }
  }

  private void await(CheckRun run, StopSignal stop, LogLevel level) throws InterruptedException {
    CheckProgress progress =
        new CheckProgress(spec.commandLine().getErr(), level != LogLevel.QUIET);
    while (!run.await(PROGRESS_MILLIS) && !stop.asked()) {
      progress.show(run);
    }
    progress.clear();
  }

  /** What is known, also where a signal has ended it too early. */
  private int print(CheckRun run, List<String> notes, LogLevel level) {
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
}
