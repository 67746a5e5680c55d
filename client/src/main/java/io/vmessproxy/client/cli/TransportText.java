package io.vmessproxy.client.cli;

import io.vmessproxy.client.cli.Given.Occurrence;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.Numbers;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import java.util.Locale;

/** The words that describe a transport. */
final class TransportText {
  static final String NAMES = "tcp, http-header, ws, httpupgrade, h2 or grpc";
  private static final String HEADER_NAME = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

  private TransportText() {}

  /** A transport's name, one of its other names turned into the usual one. */
  static String kind(Occurrence given) {
    String word = given.value().toLowerCase(Locale.ROOT);
    return switch (word) {
      case "tcp", "raw" -> "tcp";
      case "ws", "websocket" -> "ws";
      case "h2", "http" -> "h2";
      case "grpc", "gun" -> "grpc";
      case "http-header", "httpupgrade" -> word;
      case "kcp", "mkcp", "quic", "xhttp", "splithttp", "reality" ->
          throw new SettingsException(
              "%s: \"%s\" is not supported (expected: %s)".formatted(given.name(), word, NAMES));
      default -> throw wrong(given, NAMES);
    };
  }

  /** A path as requests have it. */
  static String path(Occurrence given) {
    String path = given.value();
    if (path.chars().anyMatch(c -> c <= ' ' || c > '~' || c == '#')) {
      throw wrong(given, "printable ASCII without blanks, as in --path /ray; others as %XX");
    }
    if (path.matches(".*%(?![0-9A-Fa-f]{2}).*")) {
      throw wrong(given, "two hex digits behind each %, as in --path /100%25");
    }
    return path.startsWith("/") ? path : "/" + path;
  }

  /** A host for a Host header: it is not looked up. */
  static String host(Occurrence given) {
    String host = given.value();
    if (host.isEmpty() || !host.matches("[0-9A-Za-z._\\-:\\[\\]]{1,255}")) {
      throw wrong(given, "a name, as in " + given.option() + " cdn.example.com");
    }
    return host;
  }

  /** {@code NAME=VALUE}, or {@code NAME: VALUE} as in HTTP. */
  static String[] header(Occurrence given) {
    String text = given.value();
    int at = text.indexOf('=');
    int colon = text.indexOf(':');
    if (at < 0 || (colon >= 0 && colon < at)) {
      at = colon;
    }
    String name = text.substring(0, Math.max(at, 0)).strip();
    String value = text.substring(at + 1).strip();
    if (!name.matches(HEADER_NAME) || value.chars().anyMatch(c -> c < ' ' || c > '~')) {
      // Its value may be a token.
      throw new SettingsException(
          "%s: \"%s\" is no header (expected: NAME=VALUE, as in --header User-Agent=curl/8)"
              .formatted(given.name(), Masked.plain(at < 0 ? Masked.secret(text) : name + "=…")));
    }
    if (name.equalsIgnoreCase("host")) {
      throw new SettingsException(
          "%s: Host has an option of its own (expected: --host NAME)".formatted(given.name()));
    }
    return new String[] {name, value};
  }

  /** {@code BYTES[,HEADER]}. */
  static EarlyData earlyData(Occurrence given) {
    int comma = given.value().indexOf(',');
    String bytes = comma < 0 ? given.value() : given.value().substring(0, comma);
    String header = comma < 0 ? EarlyData.USUAL_HEADER : given.value().substring(comma + 1).strip();
    int max = Numbers.read(given.name(), bytes, 1, EarlyData.MAX_BYTES);
    if (!header.matches(HEADER_NAME)) {
      throw wrong(given, "BYTES or BYTES,HEADER, as in --early-data 2048");
    }
    return new EarlyData(max, header);
  }

  /** Whether it is Xray's mode with several pieces in a message. */
  static boolean multi(Occurrence given) {
    return switch (given.value()) {
      case "gun" -> false;
      case "multi" -> true;
      default -> throw wrong(given, "gun or multi");
    };
  }

  static SettingsException wrong(Occurrence given, String expected) {
    return new SettingsException(
        "%s: \"%s\" (expected: %s)".formatted(given.name(), Masked.plain(given.value()), expected));
  }
}
