package io.vmessproxy.client.cli;

import io.vmessproxy.client.cli.Given.Occurrence;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.selection.UdpMode;
import io.vmessproxy.client.settings.HostPort;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.Numbers;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.settings.SubscriptionSettings.Place;
import io.vmessproxy.client.settings.SubscriptionSource;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.account.Account;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@code --server}, {@code --vnext}, {@code --subscribe} or link, with what follows it. */
final class ServerGroup {
  private static final Logger LOG = LoggerFactory.getLogger(ServerGroup.class);
  private static final String EXAMPLE = "a.example.com:443";
  // What V2Ray's users write for it in JSON.
  private static final String MUX_OFF = "-1";

  private final Occurrence begin;
  private final @Nullable List<Server> whole;
  private final @Nullable SubscriptionSource subscription;
  private final List<Account> users = new ArrayList<>();
  private @Nullable String tag;
  private @Nullable Integer mux;
  private @Nullable UdpMode udpMode;

  /** A group that {@code --server} begins. */
  ServerGroup(Occurrence begin) {
    this.begin = begin;
    this.whole = null;
    this.subscription = null;
  }

  /** Servers that a {@code --vnext} or a link has told of. */
  ServerGroup(Occurrence begin, List<Server> whole) {
    this.begin = begin;
    this.whole = whole;
    this.subscription = null;
  }

  /** Servers that a subscription will tell of. */
  ServerGroup(Occurrence begin, SubscriptionSource subscription) {
    this.begin = begin;
    this.whole = List.of();
    this.subscription = subscription;
  }

  /** Whether it lacks a user, for a {@code --user} to give. */
  boolean takesUsers() {
    return whole == null;
  }

  /** Whether it is one server, for a {@code --tag} to name. */
  boolean takesTag() {
    return whole == null || begin.option().equals(LinkArguments.LINK);
  }

  /** Adds what belongs to the group. */
  void add(Occurrence part) {
    switch (part.option()) {
      case ServerOptions.USER -> users.add(UserText.account(part.name(), part.value(), LOG::warn));
      case ServerOptions.TAG -> {
        requireFirst(part, tag);
        tag = Tags.check(part, part.value(), "--tag home");
      }
      case ServerOptions.MUX -> {
        requireFirst(part, mux);
        mux =
            part.value().equals(MUX_OFF)
                ? 0
                : Numbers.read(part.name(), part.value(), 0, Server.MAX_MUX);
      }
      case ServerOptions.UDP_MODE -> {
        requireFirst(part, udpMode);
        udpMode = udpMode(part);
      }
      default -> throw new IllegalArgumentException(part.option());
    }
  }

  private void requireFirst(Occurrence part, @Nullable Object before) {
    if (before != null) {
      throw new SettingsException(
          "%s: \"%s\" is a second one for its server (expected: one %s after each %s)"
              .formatted(part.name(), plain(part), part.option(), begin.option()));
    }
  }

  private static UdpMode udpMode(Occurrence part) {
    for (UdpMode mode : UdpMode.values()) {
      if (mode.text().equals(part.value())) {
        return mode;
      }
    }
    throw new SettingsException(
        "%s: \"%s\" (expected: plain, xudp or packetaddr)".formatted(part.name(), plain(part)));
  }

  List<Server> servers() {
    if (whole == null) {
      Destination address = HostPort.read(begin.name(), begin.value(), 1, EXAMPLE);
      if (users.isEmpty()) {
        throw new SettingsException(
            "%s: \"%s\" has no user (expected: --server %s --user UUID)"
                .formatted(begin.name(), address, address));
      }
      return List.of(with(new Server(tag == null ? address.toString() : tag, address, users)));
    }
    return whole.stream().map(this::with).toList();
  }

  /**
   * The subscription, if it is one.
   *
   * @param before how many servers stand before it
   */
  Optional<Place> place(int before) {
    return Optional.ofNullable(subscription).map(source -> new Place(source, before, this::with));
  }

  private Server with(Server server) {
    return new Server(
        tag == null ? server.tag() : tag,
        server.address(),
        server.users(),
        mux == null ? server.mux() : mux,
        udpMode == null ? server.udpMode() : udpMode,
        server.stream());
  }

  static String plain(Occurrence occurrence) {
    return Masked.plain(occurrence.value());
  }
}
