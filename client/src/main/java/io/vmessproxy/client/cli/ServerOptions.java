package io.vmessproxy.client.cli;

import io.vmessproxy.client.cli.Given.Occurrence;
import io.vmessproxy.client.link.VnextJson;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.settings.SubscriptionSettings.Place;
import io.vmessproxy.client.settings.SubscriptionSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
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
  static final String SUBSCRIBE = SubscriptionSource.SUBSCRIBE;
  static final String MUX = "--mux";
  static final String UDP_MODE = "--udp-mode";
  private static final String DEMO = "--demo";
  private static final Set<String> SERVERS = Set.of(SERVER, VNEXT, SUBSCRIBE, LinkArguments.LINK);

  private final boolean withLinks;

  /** Arguments that are links are servers, too. */
  ServerOptions() {
    this(true);
  }

  private ServerOptions(boolean withLinks) {
    this.withLinks = withLinks;
  }

  /** For a command that reads its links itself. */
  static ServerOptions withoutLinks() {
    return new ServerOptions(false);
  }

  @Option(
      names = {"-s", SERVER},
      paramLabel = "HOST:PORT",
      order = 1,
      description = {
        "A VMess server; repeatable. --user belongs to the --server before it, --tag to the --server"
            + " or link, --mux and --udp-mode to the --server, --vnext or link."
      })
  List<String> servers = List.of();

  @Option(
      names = {"-u", USER},
      paramLabel = "UUID[,KEY=VALUE...]",
      order = 2,
      description = {
        "A user of that server; repeatable, at least one. Keys and defaults: alterId=0,"
            + " security=auto, level=0, authLength=false. Securities: auto, aes-128-gcm,"
            + " chacha20-poly1305, aes-128-cfb, none, zero. What is no UUID is a name of 1 to 30"
            + " bytes, for servers that take such."
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
      names = SUBSCRIBE,
      paramLabel = "URL_OR_FILE",
      order = 5,
      description = {
        "A subscription: a list of servers that changes, in any usual form. Repeatable. --mux and"
            + " --udp-mode behind it are for all its servers."
      })
  List<String> subscriptions = List.of();

  @Option(
      names = MUX,
      paramLabel = "N",
      order = 6,
      description =
          "Mux.Cool: up to N streams share one connection to that server, 1 to 1024. Default: 0,"
              + " each has its own.")
  List<String> mux = List.of();

  @Option(
      names = UDP_MODE,
      paramLabel = "MODE",
      order = 7,
      description = {
        "How UDP travels to that server: plain (a stream for each target), xudp (Xray, sing-box,"
            + " mihomo) or packetaddr (V2Ray 5, sing-box, mihomo). Default: plain"
      })
  List<String> udpModes = List.of();

  @Option(
      names = DEMO,
      order = 8,
      description = "Starts a VMess server inside this program and uses it: to try things out.")
  boolean demo;

  @Mixin TransportOptions transport = new TransportOptions();
  @Mixin ServerStreamOptions stream = new ServerStreamOptions();

  /** What is given, in its order; nothing with {@code --demo}. */
  record Chosen(List<Server> servers, List<Place> subscriptions) {}

  /** The servers and the subscriptions, each file read once. */
  Chosen chosen(Given given) {
    if (demo(given)) {
      refuseBesideDemo(given);
      return new Chosen(List.of(), List.of());
    }
    List<Server> all = new ArrayList<>();
    List<Place> places = new ArrayList<>();
    for (ServerGroup group : groups(given)) {
      group.place(all.size()).ifPresent(places::add);
      all.addAll(group.servers());
    }
    return new Chosen(all, places);
  }

  private List<ServerGroup> groups(Given given) {
    LinkArguments links = new LinkArguments();
    List<ServerGroup> groups = new ArrayList<>();
    for (Occurrence occurrence : occurrences(given)) {
      switch (occurrence.option()) {
        case SERVER -> groups.add(new ServerGroup(occurrence));
        case VNEXT -> groups.add(new ServerGroup(occurrence, read(occurrence)));
        case SUBSCRIBE -> groups.add(new ServerGroup(occurrence, source(occurrence)));
        case LinkArguments.LINK ->
            groups.add(new ServerGroup(occurrence, List.of(links.server(occurrence))));
        case USER -> last(groups, ServerGroup::takesUsers, occurrence).add(occurrence);
        case TAG -> last(groups, ServerGroup::takesTag, occurrence).add(occurrence);
        default -> last(groups, group -> true, occurrence).add(occurrence);
      }
    }
    if (groups.isEmpty()) {
      throw new SettingsException(
          "no server given (expected: a link, as in vmess://..., --server HOST:PORT --user UUID,"
              + " --vnext JSON_OR_FILE, --subscribe URL_OR_FILE, or --demo to try it without one)");
    }
    links.warn();
    return groups;
  }

  private static SubscriptionSource source(Occurrence occurrence) {
    return SubscriptionSource.read(occurrence.name(), occurrence.value());
  }

  private void refuseBesideDemo(Given given) {
    boolean others = !servers.isEmpty() || !vnext.isEmpty() || !subscriptions.isEmpty();
    if (given.has(DEMO) ? namesServers(given) : others) {
      throw new SettingsException(
          given.name(DEMO)
              + ": it is the only server (expected: no link, --server, --vnext or --subscribe"
              + " beside it)");
    }
    refuseForDemo(given, MUX);
    refuseForDemo(given, UDP_MODE);
    streamOptions().keySet().forEach(option -> refuseForDemo(given, option));
  }

  private static void refuseForDemo(Given given, String option) {
    if (given.has(option)) {
      throw new SettingsException(
          "%s: not for the server of %s (expected: --server HOST:PORT --user UUID %s ...)"
              .formatted(option, DEMO, option));
    }
  }

  boolean demo(Given given) {
    return demo && (given.has(DEMO) || !namesServers(given));
  }

  /** Whether options of the command line or variables name a server. */
  boolean named(Given given) {
    return namesServers(given)
        || !servers.isEmpty()
        || !vnext.isEmpty()
        || !subscriptions.isEmpty();
  }

  /** Whether there are options of a server on the command line. */
  boolean describesServers(Given given) {
    return Stream.concat(Stream.of(USER, TAG, MUX, UDP_MODE), streamOptions().keySet().stream())
        .anyMatch(given::has);
  }

  private boolean namesServers(Given given) {
    return given.has(SERVER) || given.has(VNEXT) || given.has(SUBSCRIBE) || !links(given).isEmpty();
  }

  private List<Occurrence> links(Given given) {
    return given.occurrences(Set.of(LinkArguments.LINK)).stream().filter(this::isServer).toList();
  }

  /** Other arguments are not for the options. */
  private boolean isServer(Occurrence given) {
    return !given.option().equals(LinkArguments.LINK)
        || (withLinks && LinkArguments.isLink(given.value()));
  }

  /** As on the command line; the environment fills in only what that leaves open. */
  private List<Occurrence> occurrences(Given given) {
    List<Occurrence> all = new ArrayList<>(given.occurrences(all()));
    all.removeIf(occurrence -> !isServer(occurrence));
    if (!namesServers(given)) {
      all.addAll(0, Given.fromEnvironment(SERVER, servers));
      all.addAll(Given.fromEnvironment(VNEXT, vnext));
      all.addAll(Given.fromEnvironment(SUBSCRIBE, subscriptions));
      if (!given.has(TAG) && !servers.isEmpty()) {
        all.addAll(1, Given.fromEnvironment(TAG, tags));
      }
    }
    // For every server: an id in the environment is one that `ps` does not show.
    fillIn(given, all, USER, users, Set.of(SERVER));
    fillIn(given, all, MUX, mux, SERVERS);
    fillIn(given, all, UDP_MODE, udpModes, SERVERS);
    streamOptions().forEach((option, values) -> fillIn(given, all, option, values, Set.of(SERVER)));
    return all;
  }

  private Map<String, List<String>> streamOptions() {
    Map<String, List<String>> values = new LinkedHashMap<>(transport.values());
    values.putAll(stream.values());
    return values;
  }

  private Set<String> all() {
    Set<String> options =
        new HashSet<>(
            Set.of(LinkArguments.LINK, SERVER, USER, TAG, VNEXT, SUBSCRIBE, MUX, UDP_MODE));
    options.addAll(streamOptions().keySet());
    return options;
  }

  private static void fillIn(
      Given given, List<Occurrence> all, String option, List<String> values, Set<String> begins) {
    if (!given.has(option)) {
      Given.addBehindEach(begins, all, Given.fromEnvironment(option, values));
    }
  }

  private static ServerGroup last(
      List<ServerGroup> groups, Predicate<ServerGroup> which, Occurrence part) {
    for (int i = groups.size() - 1; i >= 0; i--) {
      if (which.test(groups.get(i))) {
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
