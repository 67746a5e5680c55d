package io.vmessproxy.client.cli;

import io.vmessproxy.client.cli.Given.Occurrence;
import io.vmessproxy.client.link.LinkException;
import io.vmessproxy.client.link.Links;
import io.vmessproxy.client.link.Nodes;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The arguments that are no options: share links, each a server. */
final class LinkArguments {
  /** What they are called where options have their names. */
  static final String LINK = "LINK";

  private static final Logger LOG = LoggerFactory.getLogger(LinkArguments.class);

  /** Of them a start warns by the settings themselves, wherever these come from. */
  private static final List<String> SEEN_IN_SETTINGS =
      List.of("LEGACY_ALTER_ID", "WEAK_CIPHER", "INSECURE_TLS");

  private final Map<String, String> firstWarned = new TreeMap<>();
  private int count;

  /** Whether an argument is meant as a link. */
  static boolean isLink(String argument) {
    return argument.indexOf("://") > 0;
  }

  /**
   * Refuses arguments that are no links.
   *
   * @param word a command's name, which may be the first of them
   */
  static void refuseOthers(Given given, List<String> arguments, String word) {
    boolean named = given.first().equals(word);
    for (String argument : arguments.subList(named ? 1 : 0, arguments.size())) {
      if (argument.startsWith("@")) {
        throw new SettingsException(
            "%s: no such file (expected: a file of arguments)".formatted(Masked.plain(argument)));
      }
      if (!isLink(argument)) {
        // What stands behind an option may be a password that was cut by a blank.
        String shown =
            argument.equals(given.first()) ? Masked.plain(argument) : Masked.secret(argument);
        throw new SettingsException(
            "\"%s\": not an option (expected: --server HOST:PORT --user UUID, for one)"
                .formatted(shown));
      }
    }
  }

  /** The server that a link tells of. */
  Server server(Occurrence link) {
    count++;
    try {
      Links.Read read = Links.read(link.value());
      Server server = Nodes.server(read.node());
      read.warnings().forEach(code -> firstWarned.putIfAbsent(code, server.tag()));
      return server;
    } catch (LinkException e) {
      throw new SettingsException(message(link.value(), count, e));
    }
  }

  /** What is wrong with a link, without the link. */
  static String message(String link, int number, LinkException e) {
    return "\"%s\"%s: %s%s"
        .formatted(
            shown(link), number > 1 ? " (link " + number + ")" : "", e.getMessage(), hint(link));
  }

  private static String shown(String link) {
    int scheme = link.indexOf("://");
    return scheme > 0
        ? Masked.plain(link.substring(0, scheme)) + "://…"
        : Masked.secret(link.strip());
  }

  private static String hint(String link) {
    return link.startsWith("https://") || link.startsWith("http://")
        ? "; a subscription goes behind --subscribe"
        : "";
  }

  /** Logs what is to be known of the links, once for each kind, of the first that has it. */
  void warn() {
    firstWarned.forEach(
        (code, tag) -> {
          if (!SEEN_IN_SETTINGS.contains(code)) {
            LOG.warn("{}: {}", tag, LinkWords.of(code));
          }
        });
  }
}
