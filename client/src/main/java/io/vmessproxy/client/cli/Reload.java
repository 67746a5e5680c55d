package io.vmessproxy.client.cli;

import io.vmessproxy.client.ClientProxy;
import io.vmessproxy.client.Reloaded;
import io.vmessproxy.client.settings.ClientSettings;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.subscribe.SubscriptionException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
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
  private static final String HANGUP = "HUP";

  private final List<String> arguments;
  private final Map<String, String> environment;
  private final Semaphore asked = new Semaphore(0);

  /**
   * @param arguments as they were given, files not yet read
   */
  Reload(List<String> arguments, Map<String, String> environment) {
    this.arguments = List.copyOf(arguments);
    this.environment = environment;
  }

  /** Hears of the signal from now on; what comes before {@link #start} is not lost. */
  void listen() {
    Signals.handle(HANGUP, number -> asked.release());
  }

  /** For what reads its settings only once: says so, where the signal would end it. */
  static void refuse(String who) {
    Signals.handle(
        HANGUP,
        number -> LOG.warn("reload: {} reads its settings at its start only: start it again", who));
  }

  /** Reloads whenever it is asked to, one after the other, on a thread of its own. */
  void start(ClientProxy proxy) {
    Thread thread = new Thread(() -> serve(proxy), "reload");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve(ClientProxy proxy) {
    try {
      while (true) {
        asked.acquire();
        asked.drainPermits(); // Whoever asked twice meanwhile gets what is there now.
        reload(proxy);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void reload(ClientProxy proxy) {
    try {
      report(proxy.reload(read()));
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

  /**
   * What the arguments say now.
   *
   * @throws ParameterException or {@link SettingsException} if they are wrong
   */
  ClientSettings read() {
    RunCommand command = new RunCommand();
    CommandLine commandLine = Main.commandLine(command, environment);
    ParseResult parsed = commandLine.parseArgs(arguments.toArray(String[]::new));
    if (parsed.hasSubcommand()
        || parsed.isUsageHelpRequested()
        || parsed.isVersionHelpRequested()) {
      throw new SettingsException(
          "the arguments ask for something else now (expected: options of run)");
    }
    return command.settings(new Given(parsed));
  }

  private static void nothing(@Nullable String why) {
    LOG.warn("reload: {}; nothing changed", why);
  }

  private static void report(Reloaded reloaded) {
    LOG.info(
        "reloaded: {} servers, {} new, {} gone",
        reloaded.servers(),
        reloaded.fresh(),
        reloaded.gone());
    if (!reloaded.needRestart().isEmpty()) {
      LOG.warn(
          "reload: {} changed, too, but only from the next start on",
          String.join("; ", reloaded.needRestart()));
    }
  }
}
