package io.vmessproxy.client.cli;

import io.vmessproxy.client.ClientProxy;
import io.vmessproxy.client.Reloaded;
import io.vmessproxy.client.settings.ClientSettings;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.subscribe.SubscriptionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * SIGHUP: reads the same arguments again, with the files that they name, and subscriptions. Where
 * anything is wrong with them, nothing changes.
 */
final class Reload {
  private static final Logger LOG = LoggerFactory.getLogger(Reload.class);

  private final List<String> arguments;
  private final Map<String, String> environment;

  /**
   * @param arguments as they were given, files not yet read
   */
  Reload(List<String> arguments, Map<String, String> environment) {
    this.arguments = List.copyOf(arguments);
    this.environment = environment;
  }

  /** Reloads whenever it is asked to, one after the other. */
  void start(Hangup hangup, ClientProxy proxy, LogLevel level, StopSignal stop) {
    hangup.onEach(
        () -> {
          if (stop.asked()) {
            nothing("the program is ending");
          } else {
            reload(proxy, level);
          }
        });
  }

  /** For what reads its settings only once: says so. */
  static void refuse(Hangup hangup) {
    hangup.onEach(
        () -> LOG.warn("reload: a server reads its settings at its start only: start it again"));
  }

  private void reload(ClientProxy proxy, LogLevel level) {
    try {
      Read read = read();
      report(proxy.reload(read.settings()), read.level() != level);
    } catch (ParameterException e) {
      nothing(Errors.message(e));
    } catch (SettingsException e) {
      nothing(e.getMessage());
    } catch (SubscriptionException e) {
      nothing(ServerOptions.SUBSCRIBE + ": " + e.getMessage());
    } catch (RuntimeException | Error e) { // What is thrown further ends all reloads.
      LOG.error("reload: a mistake of this program; nothing changed", e);
    }
  }

  /** What the arguments say. */
  record Read(ClientSettings settings, LogLevel level) {}

  /**
   * What the arguments say now.
   *
   * @throws ParameterException or {@link SettingsException} if they are wrong
   */
  Read read() {
    Main.folder(arguments)
        .ifPresent(
            folder -> {
              throw new SettingsException(folder);
            });
    RunCommand command = new RunCommand();
    CommandLine commandLine = Main.commandLine(command, environment);
    ParseResult parsed = commandLine.parseArgs(arguments.toArray(String[]::new));
    if (parsed.hasSubcommand()
        || parsed.isUsageHelpRequested()
        || parsed.isVersionHelpRequested()) {
      throw new SettingsException(
          "the arguments ask for something else now (expected: options of run)");
    }
    Given given = new Given(parsed);
    return new Read(command.settings(given), command.watching.level(given));
  }

  private static void nothing(@Nullable String why) {
    LOG.warn("reload: {}; nothing changed", why);
  }

  private static void report(Reloaded reloaded, boolean otherLevel) {
    int servers = reloaded.servers();
    String all = servers == 1 ? "1 server" : servers + " servers";
    if (reloaded.fresh() == 0 && reloaded.gone() == 0) {
      LOG.info("reloaded: the same {}", all);
    } else {
      LOG.info("reloaded: {}, {} new, {} gone", all, reloaded.fresh(), reloaded.gone());
    }
    List<String> needRestart = new ArrayList<>(reloaded.needRestart());
    if (otherLevel) {
      needRestart.add("--verbose or --quiet");
    }
    if (!needRestart.isEmpty()) {
      LOG.warn(
          "reload: {} changed, too, but only from the next start on",
          String.join("; ", needRestart));
    }
  }
}
