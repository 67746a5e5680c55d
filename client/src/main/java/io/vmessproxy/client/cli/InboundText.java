package io.vmessproxy.client.cli;

import io.vmessproxy.client.cli.Given.Occurrence;
import io.vmessproxy.client.link.InboundPart.Listen;
import io.vmessproxy.client.settings.AccountText;
import io.vmessproxy.client.settings.HostPort;
import io.vmessproxy.client.settings.InboundSettings.Allocation;
import io.vmessproxy.client.settings.InboundSettings.Defaults;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.Numbers;
import io.vmessproxy.client.settings.PortRange;
import io.vmessproxy.common.net.Destination;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The words that describe an inbound. */
final class InboundText {
  static final String EXAMPLE = "0.0.0.0:10086";

  private InboundText() {}

  /** Reads {@code [TAG=]HOST:PORT[-PORT]}. */
  static Listen listen(Occurrence given) {
    String text = given.value();
    int equals = text.lastIndexOf('=');
    String tag =
        equals < 0
            ? null
            : Tags.check(given, text.substring(0, equals), "--inbound home=" + EXAMPLE);
    return listen(given, tag, text.substring(equals + 1));
  }

  private static Listen listen(Occurrence given, @Nullable String tag, String text) {
    int colon = text.lastIndexOf(':');
    String ports = text.substring(colon + 1);
    if (colon < 0 || !PortRange.isRange(ports)) {
      Destination address = HostPort.read(given.name(), text, 0, EXAMPLE);
      return new Listen(tag, address.address().host(), address.port(), address.port());
    }
    PortRange range =
        PortRange.read("%s: \"%s\"".formatted(given.name(), Masked.plain(text)), ports);
    String first = text.substring(0, colon + 1) + range.first();
    Destination address = HostPort.read(given.name(), first, 1, EXAMPLE);
    return new Listen(tag, address.address().host(), range.first(), range.last());
  }

  /** Reads {@code level=N,alterId=N}. */
  static Defaults defaults(Occurrence given) {
    KeyValues values = values(given, Set.of("level", "alterId"), "level=N,alterId=N");
    return new Defaults(
        values.get("level", AccountText::level, Defaults.STANDARD.level()),
        values.get("alterId", AccountText::alterId, Defaults.STANDARD.alterId()));
  }

  /** Reads {@code refresh=MIN,concurrency=N}. */
  static Allocation allocation(Occurrence given) {
    KeyValues values =
        values(given, Set.of("refresh", "concurrency"), "refresh=MINUTES,concurrency=N");
    Allocation standard = Allocation.STANDARD;
    return new Allocation(
        values.get(
            "refresh",
            (where, text) -> Numbers.read(where, text, 1, Allocation.MAX_REFRESH_MINUTES),
            standard.refreshMinutes()),
        values.get(
            "concurrency",
            (where, text) -> Numbers.read(where, text, 1, Allocation.MAX_CONCURRENCY),
            standard.concurrency()));
  }

  private static KeyValues values(Occurrence given, Set<String> keys, String form) {
    return KeyValues.read(
        "%s: \"%s\"".formatted(given.name(), Masked.plain(given.value())),
        List.of(given.value().split(",", -1)),
        keys,
        "%s %s".formatted(given.option(), form));
  }
}
