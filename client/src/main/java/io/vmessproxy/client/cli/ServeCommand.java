package io.vmessproxy.client.cli;

import io.vmessproxy.client.routing.AccessRules;
import io.vmessproxy.client.routing.AccessRules.Entry;
import io.vmessproxy.client.serve.CannotListen;
import io.vmessproxy.client.serve.ServeProxy;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.ServeSettings;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.transport.TlsServerSettings;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.client.transport.stack.Transports;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The VMess server: from flags to {@link ServeSettings}, then to a {@link ServeProxy}. */
@Command(
    name = ServeCommand.NAME,
    versionProvider = VersionText.class,
    sortOptions = false,
    customSynopsis = "vmess-proxy serve [OPTIONS]",
    usageHelpAutoWidth = true,
    header = {"A VMess server: takes VMess clients and opens what they ask for.", ""},
    footer = {
      "%nExamples:",
      "  One user on every address of this machine:",
      "    vmess-proxy serve --inbound 0.0.0.0:10086 --client UUID",
      "  A port that sends its clients on to others, which change every 5 minutes:",
      "    vmess-proxy serve --inbound 0.0.0.0:10086 --client UUID --detour more \\",
      "        --inbound more=0.0.0.0:20000-20100 --default alterId=0",
      "  The web alone, and nothing of this machine and its network:",
      "    vmess-proxy serve --inbound 0.0.0.0:10086 --client UUID --deny private \\",
      "        --allow port:80 --allow port:443 --deny port:1-65535",
      "  The settings of a V2Ray server:",
      "    vmess-proxy serve --settings config.json",
      "%nA UUID is 8-4-4-4-12 hex digits, as uuidgen prints; other text of 1 to 30 bytes stands for"
          + " one, as with Xray and sing-box. Without TLS an observer sees"
          + " that this is VMess.",
      "%nEvery option but --help and --version can also be set by a variable: VMESS_PROXY_INBOUND"
          + " for --inbound and so on; one value each, true for a switch. The command line wins."
          + " VMESS_PROXY_CLIENT is a client of every --inbound when there is no --client."
    })
final class ServeCommand implements Callable<Integer> {
  static final String NAME = "serve";

  @Spec CommandSpec spec;
  @ParentCommand RunCommand program;

  @Mixin InboundOptions inbounds = new InboundOptions();
  @Mixin AccessOptions access = new AccessOptions();
  @Mixin PolicyOptions policies = new PolicyOptions();
  @Mixin WatchingOptions watching = new WatchingOptions();

  @Parameters(hidden = true)
  List<String> arguments = List.of();

  @Override
  public Integer call() throws CannotListen, InterruptedException {
    ParseResult parsed = spec.commandLine().getParseResult();
    Given given = new Given(parsed);
    // Before anything that logs is loaded: the logger looks at its level once.
    watching.level(given).apply();
    refuseBefore(spec.commandLine().getParent().getParseResult(), NAME);
    ServeSettings settings = settings(given);
    settings.inbounds().forEach(inbound -> requireUsable(given, inbound.tls()));
    ServeReport report = new ServeReport(spec.commandLine().getOut());
    report.warn(settings);
    StopSignal stop = StopSignal.install(ExitCode.OK);
    try (ServeProxy proxy = ServeProxy.start(settings)) {
      stop.started();
      if (program.launch != null) {
        Reload.refuse(program.launch.hangup());
      }
      report.started(proxy);
      HeapCare.start();
      stop.await();
    }
    return ExitCode.OK;
  }

  /** Read before there is anything to listen with: a wrong file is a mistake of the user's. */
  private static void requireUsable(Given given, @Nullable TlsServerSettings tls) {
    if (tls == null) {
      return;
    }
    try {
      Transports.inbound(new TransportSettings.Tcp(), tls);
    } catch (IOException e) {
      boolean json = !given.has(InboundOptions.TLS_CERT) && given.has(InboundOptions.SETTINGS);
      String name = json ? InboundOptions.SETTINGS : given.name(InboundOptions.TLS_CERT);
      throw new SettingsException(name + ": " + e.getMessage());
    }
  }

  /** The settings that the last parsed command line stands for. */
  ServeSettings settings(Given given) {
    refuseArguments();
    List<Entry> rules = access.rules(given);
    return new ServeSettings(
        inbounds.inbounds(given),
        policies.policies(given),
        inbound -> new AccessRules(rules, inbound.loopback()),
        policies.drain(given));
  }

  /** What stands before the subcommand is an option of {@code run}, and would do nothing. */
  static void refuseBefore(ParseResult before, String name) {
    for (OptionSpec option : before.matchedOptions()) {
      throw new SettingsException(
          "%s: stands before %s (expected: vmess-proxy %s [OPTIONS])"
              .formatted(option.longestName(), name, name));
    }
    if (!before.matchedPositionals().isEmpty()) {
      throw new SettingsException(
          "%s: is not the first word (expected: vmess-proxy %s [OPTIONS])".formatted(name, name));
    }
  }

  private void refuseArguments() {
    for (String argument : arguments) {
      if (argument.startsWith("@")) {
        throw new SettingsException(
            "%s: no such file (expected: a file of arguments)".formatted(Masked.plain(argument)));
      }
      throw new SettingsException(
          "\"%s\": not an option (expected: --inbound HOST:PORT --client UUID, for one)"
              .formatted(Masked.secret(argument)));
    }
  }
}
