package io.vmessproxy.client.cli;

import io.vmessproxy.client.ClientProxy;
import io.vmessproxy.client.settings.ClientSettings;
import io.vmessproxy.client.subscribe.SubscriptionException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The local proxy: from flags to {@link ClientSettings}, then to a {@link ClientProxy}. */
@Command(
    name = "vmess-proxy",
    versionProvider = VersionText.class,
    sortOptions = false,
    customSynopsis = "vmess-proxy [run] [OPTIONS] [LINK...]",
    usageHelpAutoWidth = true,
    header = "A local SOCKS and HTTP proxy that carries every connection through VMess servers.%n",
    commandListHeading = "%nOther commands:%n",
    footer = {
      "%nExamples:",
      "  A link as providers give them, and the usual local port:",
      "    vmess-proxy vmess://eyJ2Ijoi...",
      "  Try it without a server of your own:",
      "    vmess-proxy --demo",
      "  One server without a link:",
      "    vmess-proxy --server a.example.com:443 --user UUID",
      "  Two servers in turn, for a whole network, with a password:",
      "    vmess-proxy --listen 0.0.0.0:1080 --auth alice:wonderland \\",
      "        --server a.example.com:443 --user UUID,security=aes-128-gcm \\",
      "        --server 192.0.2.7:10086 --user UUID --user UUID --tag spare",
      "%nA duration is 250ms, 4s, 2m or 1h. @FILE stands for the arguments in FILE, with comments"
          + " from # to the end of a line; a link with a # stands in double quotes there.",
      "%nSIGHUP reads @FILE and subscriptions again: new connections go by them, open ones go on.",
      "%nEvery option but --help and --version can also be set by a variable: VMESS_PROXY_LISTEN"
          + " for --listen and so on; one value each, true for a switch. The command line wins:"
          + " variables name servers only where it names none. VMESS_PROXY_USER is the user of"
          + " every --server when there is no --user."
    })
final class RunCommand implements Callable<Integer> {
  private static final String NAME = "run";

  @Spec CommandSpec spec;

  @Mixin FrontEndOptions frontEnd = new FrontEndOptions();
  @Mixin ServerOptions servers = new ServerOptions();
  @Mixin SubscriptionOptions subscriptions = new SubscriptionOptions();
  @Mixin ChoiceOptions choice = new ChoiceOptions();
  @Mixin TimeoutOptions timeouts = new TimeoutOptions();
  @Mixin PolicyOptions policies = new PolicyOptions();
  @Mixin WatchingOptions watching = new WatchingOptions();

  /** Null where it is not the whole program: then nothing is read again. */
  @Nullable Launch launch;

  @Parameters(paramLabel = LinkArguments.LINK, hidden = true)
  List<String> arguments = List.of();

  @Override
  public Integer call()
      throws ClientProxy.BindException, SubscriptionException, InterruptedException {
    Given given = new Given(spec.commandLine().getParseResult());
    // Before anything that logs is loaded: the logger looks at its level once.
    LogLevel level = watching.level(given);
    level.apply();
    ClientSettings settings = settings(given);
    StartReport report = new StartReport(spec.commandLine().getOut());
    report.warn(settings);
    StopSignal stop = StopSignal.install(ExitCode.OK);
    try (ClientProxy proxy = ClientProxy.start(settings)) {
      stop.started();
      if (launch != null) {
        new Reload(launch.arguments(), launch.environment())
            .start(launch.hangup(), proxy, level, stop);
      }
      report.started(settings, proxy);
      HeapCare.start();
      stop.await();
    }
    return ExitCode.OK;
  }

  /** For what is over soon: SIGHUP ends it as it ends other programs. */
  void hangUpEnds() {
    if (launch != null) {
      launch.hangup().uninstall();
    }
  }

  /** The settings that the last parsed command line stands for. */
  ClientSettings settings(Given given) {
    LinkArguments.refuseOthers(given, arguments, NAME);
    ServerOptions.Chosen chosen = servers.chosen(given);
    return new ClientSettings(
        frontEnd.listeners(given),
        frontEnd.credentials(given),
        frontEnd.udp(given),
        chosen.servers(),
        subscriptions.settings(given, chosen.subscriptions()),
        servers.demo(given),
        policies.policies(given),
        timeouts.connectTimeout(given),
        timeouts.handshakeTimeout(given),
        timeouts.clockOffset(given),
        policies.drain(given),
        choice.settings(given),
        frontEnd.sameUser(given));
  }
}
