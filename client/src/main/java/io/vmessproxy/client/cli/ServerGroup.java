package io.vmessproxy.client.cli;

import io.vmessproxy.client.cli.Given.Occurrence;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.HostPort;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.account.Account;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A {@code --server} with what follows it, or the servers of one {@code --vnext}. */
final class ServerGroup {
  private static final String EXAMPLE = "a.example.com:443";
  private static final int MAX_TAG_CHARS = 100;

  private final @Nullable Occurrence begin;
  private final List<Server> whole;
  private final List<Account> users = new ArrayList<>();
  private @Nullable String tag;

  /** A group that {@code --server} begins. */
  ServerGroup(Occurrence begin) {
    this.begin = begin;
    this.whole = List.of();
  }

  /** Servers that are complete. */
  ServerGroup(List<Server> whole) {
    this.begin = null;
    this.whole = whole;
  }

  /** Whether a {@code --user} may follow. */
  boolean takesParts() {
    return begin != null;
  }

  /** Adds a {@code --user} or a {@code --tag}. */
  void add(Occurrence part) {
    if (part.option().equals(ServerOptions.USER)) {
      users.add(UserText.read(part.name(), part.value()));
      return;
    }
    if (tag != null) {
      throw new SettingsException(
          "%s: \"%s\" is a second one for its server (expected: one --tag after each --server)"
              .formatted(part.name(), plain(part)));
    }
    if (part.value().isBlank()
        || part.value().length() > MAX_TAG_CHARS
        || part.value().chars().anyMatch(Character::isISOControl)) {
      throw new SettingsException(
          "%s: \"%s\" is no name (expected: 1 to 100 printable characters, as in --tag home)"
              .formatted(part.name(), plain(part)));
    }
    tag = part.value();
  }

  List<Server> servers() {
    if (begin == null) {
      return whole;
    }
    Destination address = HostPort.read(begin.name(), begin.value(), 1, EXAMPLE);
    if (users.isEmpty()) {
      throw new SettingsException(
          "%s: \"%s\" has no user (expected: --server %s --user UUID)"
              .formatted(begin.name(), address, address));
    }
    return List.of(new Server(tag == null ? address.toString() : tag, address, users));
  }

  static String plain(Occurrence occurrence) {
    return Masked.plain(occurrence.value());
  }
}
