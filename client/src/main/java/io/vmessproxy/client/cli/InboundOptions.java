package io.vmessproxy.client.cli;

import io.vmessproxy.client.cli.Given.Occurrence;
import io.vmessproxy.client.link.InboundJson;
import io.vmessproxy.client.link.InboundPart;
import io.vmessproxy.client.settings.InboundSettings;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where VMess clients come in, and who they are. Groups are made as in {@link ServerOptions}. */
final class InboundOptions {
  static final String INBOUND = "--inbound";
  static final String CLIENT = "--client";
  static final String DEFAULT = "--default";
  static final String DETOUR = "--detour";
  static final String ALLOCATE = "--allocate";
  static final String DISABLE_INSECURE = "--disable-insecure-encryption";
  static final String SETTINGS = "--settings";
  static final String TLS_CERT = "--tls-cert";
  static final String TLS_KEY = "--tls-key";
  private static final Set<String> ALL =
      Set.of(
          INBOUND,
          CLIENT,
          DEFAULT,
          DETOUR,
          ALLOCATE,
          DISABLE_INSECURE,
          SETTINGS,
          TLS_CERT,
          TLS_KEY,
          TransportOptions.TRANSPORT,
          TransportOptions.PATH,
          TransportOptions.HOST,
          TransportOptions.SERVICE_NAME);
  private static final Set<String> BEGIN = Set.of(INBOUND);

  @Option(
      names = INBOUND,
      paramLabel = "[TAG=]HOST:PORT[-PORT]",
      order = 1,
      description = {
        "Where to listen; repeatable. What follows belongs to it, up to the next --inbound. Port 0"
            + " picks a free one, a range makes it dynamic: it opens random ports of the range."
      })
  List<String> inbounds = List.of();

  @Option(
      names = CLIENT,
      paramLabel = "UUID[,KEY=VALUE...]",
      order = 2,
      description = {
        "A user it takes; repeatable. Keys and defaults: alterId=0, level=0, email= (his name in"
            + " the log). May be missing where a --detour leads."
      })
  List<String> clients = List.of();

  @Option(
      names = DETOUR,
      paramLabel = "TAG",
      order = 3,
      description = "Tells its clients to use another inbound for some minutes.")
  List<String> detours = List.of();

  @Option(
      names = DEFAULT,
      paramLabel = "level=N,alterId=N",
      order = 4,
      description = "The account made for a client that a --detour sends here. Default: 0, 64")
  List<String> defaults = List.of();

  @Option(
      names = ALLOCATE,
      paramLabel = "refresh=MINUTES,concurrency=N",
      order = 5,
      description = "How often a dynamic inbound opens ports, and how many. Default: 5, 3")
  List<String> allocations = List.of();

  @Option(
      names = DISABLE_INSECURE,
      order = 6,
      description = "Ends connections whose payload is not sealed: none, zero, aes-128-cfb.")
  boolean[] disableInsecure = {};

  @Option(
      names = SETTINGS,
      paramLabel = "JSON_OR_FILE",
      order = 7,
      description = {
        "An inbound as V2Ray's settings have it, as text or in a file: {\"clients\":[...],...}"
            + " for the --inbound before it, or a whole inbound or configuration. Flags add to it"
            + " and win."
      })
  List<String> settings = List.of();

  @Option(
      names = TLS_CERT,
      paramLabel = "FILE",
      order = 30,
      description = "TLS: a PEM file with its certificate and those that lead to the root.")
  List<String> tlsCerts = List.of();

  @Option(
      names = TLS_KEY,
      paramLabel = "FILE",
      order = 31,
      description = "A PEM file with the certificate's private key.")
  List<String> tlsKeys = List.of();

  @Mixin TransportOptions transport = new TransportOptions();

  /** The inbounds in the order given, checked against each other. */
  List<InboundSettings> inbounds(Given given) {
    Map<Occurrence, List<InboundPart>> parts = new HashMap<>();
    for (Occurrence occurrence : given.occurrences(Set.of(SETTINGS))) {
      parts.computeIfAbsent(occurrence, InboundOptions::read);
    }
    List<InboundGroup> groups = new ArrayList<>();
    for (Occurrence occurrence : occurrences(given, parts)) {
      switch (occurrence.option()) {
        case INBOUND -> groups.add(new InboundGroup(occurrence));
        case SETTINGS ->
            addSettings(
                groups, occurrence, parts.computeIfAbsent(occurrence, InboundOptions::read));
        default -> last(groups, occurrence).add(occurrence);
      }
    }
    if (groups.isEmpty()) {
      throw new SettingsException(
          "no inbound given (expected: --inbound HOST:PORT --client UUID, as in --inbound "
              + InboundText.EXAMPLE
              + " --client $(uuidgen), or --settings JSON_OR_FILE)");
    }
    return InboundChecks.check(groups);
  }

  private static void addSettings(
      List<InboundGroup> groups, Occurrence given, List<InboundPart> parts) {
    for (InboundPart part : parts) {
      InboundPart.Listen listen = part.listen();
      if (listen == null) {
        last(groups, given).addSettings(given, part);
      } else {
        groups.add(new InboundGroup(given, part, listen));
      }
    }
  }

  /** As on the command line; the environment fills in only what that leaves open. */
  private List<Occurrence> occurrences(Given given, Map<Occurrence, List<InboundPart>> parts) {
    List<Occurrence> all = new ArrayList<>(given.occurrences(ALL));
    boolean named =
        given.has(INBOUND)
            || parts.values().stream().flatMap(List::stream).anyMatch(p -> p.listen() != null);
    if (!named) {
      all.addAll(0, Given.fromEnvironment(INBOUND, inbounds));
    }
    if (!given.has(SETTINGS) && !given.has(INBOUND)) {
      all.addAll(Given.fromEnvironment(SETTINGS, settings));
    }
    fillIn(given, all, CLIENT, clients);
    fillIn(given, all, DETOUR, detours);
    fillIn(given, all, DEFAULT, defaults);
    fillIn(given, all, ALLOCATE, allocations);
    List<String> insecure = new ArrayList<>();
    for (boolean one : disableInsecure) {
      insecure.add(String.valueOf(one));
    }
    fillIn(given, all, DISABLE_INSECURE, insecure);
    fillIn(given, all, TLS_CERT, tlsCerts);
    fillIn(given, all, TLS_KEY, tlsKeys);
    transport.values().forEach((option, values) -> fillIn(given, all, option, values));
    return all;
  }

  private static void fillIn(
      Given given, List<Occurrence> all, String option, List<String> values) {
    if (!given.has(option)) {
      Given.addBehindEach(BEGIN, all, Given.fromEnvironment(option, values));
    }
  }

  private static InboundGroup last(List<InboundGroup> groups, Occurrence part) {
    if (!groups.isEmpty()) {
      return groups.get(groups.size() - 1);
    }
    String value =
        switch (part.option()) {
          case CLIENT -> " \"" + UserText.masked(part.value()) + '"';
          case SETTINGS -> " it says no port, and";
          case DISABLE_INSECURE -> " it";
          default -> " \"" + Masked.plain(part.value()) + '"';
        };
    throw new SettingsException(
        "%s:%s has no --inbound before it (expected: --inbound HOST:PORT %s ...)"
            .formatted(part.name(), value, part.option()));
  }

  private static List<InboundPart> read(Occurrence occurrence) {
    try {
      return InboundJson.read(occurrence.value());
    } catch (SettingsException e) {
      throw new SettingsException(occurrence.name() + ": " + e.getMessage());
    }
  }
}
