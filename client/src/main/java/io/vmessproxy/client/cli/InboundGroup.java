package io.vmessproxy.client.cli;

import io.vmessproxy.client.cli.Given.Occurrence;
import io.vmessproxy.client.link.InboundPart;
import io.vmessproxy.client.link.InboundPart.Listen;
import io.vmessproxy.client.settings.InboundSettings;
import io.vmessproxy.client.settings.InboundSettings.Allocation;
import io.vmessproxy.client.settings.InboundSettings.Defaults;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.transport.TransportSettings;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.inbound.InboundUser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An {@code --inbound}, or one that a {@code --settings} tells of whole, with what follows it. */
final class InboundGroup {
  private static final Logger LOG = LoggerFactory.getLogger(InboundGroup.class);

  private final Occurrence begin;
  private final Listen listen;
  private final List<InboundUser> users = new ArrayList<>();
  private final Map<String, Occurrence> flags = new HashMap<>();
  private @Nullable InboundPart settings;
  private @Nullable Occurrence settingsGiven;

  /** A group that {@code --inbound} begins. */
  InboundGroup(Occurrence begin) {
    this.begin = begin;
    this.listen = InboundText.listen(begin);
  }

  /** A group that a {@code --settings} begins, for it tells where to listen. */
  InboundGroup(Occurrence begin, InboundPart whole, Listen listen) {
    this.begin = begin;
    this.listen = listen;
    addSettings(begin, whole);
  }

  /** Adds what a {@code --settings} tells; flags beside it win. */
  void addSettings(Occurrence given, InboundPart part) {
    requireFirst(given, settingsGiven);
    settings = part;
    settingsGiven = given;
    users.addAll(part.users());
  }

  /** Adds a flag that belongs to the group. */
  void add(Occurrence part) {
    if (part.option().equals(InboundOptions.CLIENT)) {
      users.add(UserText.client(part.name(), part.value(), LOG::warn));
      return;
    }
    requireFirst(part, flags.put(part.option(), part));
  }

  private static void requireFirst(Occurrence part, @Nullable Occurrence before) {
    if (before != null) {
      throw new SettingsException(
          "%s: a second one for its inbound (expected: one %s after each --inbound)"
              .formatted(part.name(), part.option()));
    }
  }

  /** How messages begin: the option and its value. */
  String where() {
    String shown =
        begin.option().equals(InboundOptions.INBOUND) ? Masked.plain(begin.value()) : address();
    return "%s: \"%s\"".formatted(begin.name(), shown);
  }

  /** What to call the inbound: its tag, or where it listens. */
  String tag() {
    return Objects.requireNonNullElse(listen.tag(), address());
  }

  /** Whether the user gave it a tag; without, several may pick a free port at one address. */
  boolean sharesItsTag() {
    return listen.tag() == null && listen.port() == 0;
  }

  private String address() {
    String first = new Destination(Address.of(listen.host()), listen.port()).toString();
    return dynamic() ? first + "-" + listen.lastPort() : first;
  }

  private boolean dynamic() {
    return listen.lastPort() > listen.port();
  }

  /** How messages about the detour begin. */
  String detourWhere() {
    Occurrence flag = flags.get(InboundOptions.DETOUR);
    return flag == null ? begin.name() + ": detour.to" : flag.name();
  }

  /**
   * All that was told, together.
   *
   * @param tag the name it is to have
   */
  InboundSettings settings(String tag) {
    InboundPart told = settings == null ? InboundPart.NONE : settings;
    Occurrence defaults = flags.get(InboundOptions.DEFAULT);
    Occurrence detour = flags.get(InboundOptions.DETOUR);
    Occurrence insecure = flags.get(InboundOptions.DISABLE_INSECURE);
    return new InboundSettings(
        tag,
        listen.host(),
        listen.port(),
        listen.lastPort(),
        users,
        defaults == null
            ? Objects.requireNonNullElse(told.defaults(), Defaults.STANDARD)
            : InboundText.defaults(defaults),
        detour == null ? told.detour() : detour.value(),
        allocation(told),
        insecure == null
            ? Boolean.TRUE.equals(told.disableInsecureEncryption())
            : Boolean.parseBoolean(insecure.value()),
        Objects.requireNonNullElseGet(told.transport(), TransportSettings.Tcp::new),
        told.tls());
  }

  private Allocation allocation(InboundPart told) {
    Occurrence flag = flags.get(InboundOptions.ALLOCATE);
    if (flag != null && !dynamic()) {
      throw new SettingsException(
          "%s: \"%s\" is for an inbound with a range of ports (expected: --inbound"
                  .formatted(flag.name(), Masked.plain(flag.value()))
              + " HOST:PORT-PORT)");
    }
    Allocation told2 = flag == null ? told.allocation() : InboundText.allocation(flag);
    int most = (listen.lastPort() - listen.port() + 1) / 2;
    if (told2 == null) {
      Allocation standard = Allocation.STANDARD;
      return new Allocation(
          standard.refreshMinutes(), Math.max(1, Math.min(standard.concurrency(), most)));
    }
    if (dynamic() && told2.concurrency() > most) {
      throw new SettingsException(
          "%s: concurrency %d is too much for %d ports (expected: at most %d, as old ports stay open beside the new ones)"
              .formatted(
                  where(), told2.concurrency(), listen.lastPort() - listen.port() + 1, most));
    }
    return told2;
  }
}
