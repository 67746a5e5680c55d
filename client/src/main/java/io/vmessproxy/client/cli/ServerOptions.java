package io.vmessproxy.client.cli;

import io.vmessproxy.client.cli.Given.Occurrence;
import io.vmessproxy.client.link.VnextJson;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.SettingsException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/**
 * Where connections go. The groups that {@code --server} begins are made here, out of the order on
 * the command line: picocli's own groups would also take a {@code --user} that comes before.
 */
final class ServerOptions {
  static final String SERVER = "--server";
  static final String USER = "--user";
  static final String TAG = "--tag";
  static final String VNEXT = "--vnext";
  private static final String DEMO = "--demo";

  @Option(
      names = {"-s", SERVER},
      paramLabel = "HOST:PORT",
      order = 1,
      description = {
        "A VMess server; repeatable. --user and --tag belong to the --server before them."
      })
  List<String> servers = List.of();

  @Option(
      names = {"-u", USER},
      paramLabel = "UUID[,alterId=N][,security=NAME][,level=N]",
      order = 2,
      description = {
        "A user of that server; repeatable, at least one. NAME is auto (the default),"
            + " aes-128-gcm, chacha20-poly1305, none or zero."
      })
  List<String> users = List.of();

  @Option(
      names = TAG,
      paramLabel = "NAME",
      order = 3,
      description = "That server's name in the log. Default: the server as given.")
  List<String> tags = List.of();

  @Option(
      names = VNEXT,
      paramLabel = "JSON_OR_FILE",
      order = 4,
      description = {
        "Servers as V2Ray's outbound settings have them: {\"vnext\":[...]}, its array or one"
            + " element, as text or in a file. Repeatable."
      })
  List<String> vnext = List.of();

  @Option(
      names = DEMO,
      order = 5,
      description = "Starts a VMess server inside this program and uses it: to try things out.")
  boolean demo;

  /** The servers in the order given; none with {@code --demo}. */
  List<Server> servers(Given given) {
    if (demo(given)) {
      if (given.has(DEMO) ? namesServers(given) : !servers.isEmpty() || !vnext.isEmpty()) {
        throw new SettingsException(
            given.name(DEMO)
                + ": it is the only server (expected: no --server and no --vnext beside it)");
      }
      return List.of();
    }
    List<ServerGroup> groups = new ArrayList<>();
    for (Occurrence occurrence : occurrences(given)) {
      switch (occurrence.option()) {
        case SERVER -> groups.add(new ServerGroup(occurrence));
        case VNEXT -> groups.add(new ServerGroup(read(occurrence)));
        default -> last(groups, occurrence).add(occurrence);
      }
    }
    if (groups.isEmpty()) {
      throw new SettingsException(
          "no server given (expected: --server HOST:PORT --user UUID, --vnext JSON_OR_FILE,"
              + " or --demo to try it without one)");
    }
    List<Server> all = new ArrayList<>();
    groups.forEach(group -> all.addAll(group.servers()));
    return all;
  }

  boolean demo(Given given) {
    return demo && (given.has(DEMO) || !namesServers(given));
  }

  private static boolean namesServers(Given given) {
    return given.has(SERVER) || given.has(VNEXT);
  }

  /** As on the command line; the environment fills in only what that leaves open. */
  private List<Occurrence> occurrences(Given given) {
    List<Occurrence> all = new ArrayList<>(given.occurrences(Set.of(SERVER, USER, TAG, VNEXT)));
    if (!namesServers(given)) {
      addFromEnvironment(all, 0, SERVER, servers);
      addFromEnvironment(all, all.size(), VNEXT, vnext);
      if (!given.has(TAG) && !servers.isEmpty()) {
        addFromEnvironment(all, 1, TAG, tags);
      }
    }
    if (!given.has(USER)) {
      // For every server: an id in the environment is one that `ps` does not show.
      for (int i = all.size() - 1; i >= 0; i--) {
        if (all.get(i).option().equals(SERVER)) {
          addFromEnvironment(all, i + 1, USER, users);
        }
      }
    }
    return all;
  }

  private static void addFromEnvironment(
      List<Occurrence> all, int at, String option, List<String> values) {
    String variable = EnvironmentDefaults.variable(option);
    for (String value : values) {
      all.add(at, new Occurrence(option, variable, value));
    }
  }

  private static ServerGroup last(List<ServerGroup> groups, Occurrence part) {
    for (int i = groups.size() - 1; i >= 0; i--) {
      if (groups.get(i).takesParts()) {
        return groups.get(i);
      }
    }
    String value =
        part.option().equals(USER) ? UserText.masked(part.value()) : ServerGroup.plain(part);
    throw new SettingsException(
        "%s: \"%s\" has no --server before it (expected: --server HOST:PORT %s ...)"
            .formatted(part.name(), value, part.option()));
  }

  private static List<Server> read(Occurrence occurrence) {
    try {
      return VnextJson.read(occurrence.value());
    } catch (SettingsException e) {
      throw new SettingsException(occurrence.name() + ": " + e.getMessage());
    }
  }
}
