package io.vmessproxy.client.link;

import io.vmessproxy.client.selection.Server;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.vmess.account.UserId;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From a {@link RawNode} to a {@link Node}: the rules are the same whatever the dialect. */
final class NodeCheck {
  private static final int MAX_NUMBER = 0xffff;
  private static final int MAX_DIGITS = 9;
  private static final Set<String> WEAK = Set.of("none", "zero");
  private static final Set<String> CIPHERS =
      Set.of("auto", "aes-128-gcm", "chacha20-poly1305", "none", "zero");

  private final RawNode raw;
  private final List<String> warnings;

  NodeCheck(RawNode raw, List<String> warnings) {
    this.raw = raw;
    this.warnings = warnings;
  }

  Node node() {
    String server = server();
    int port = port();
    UserId id = id();
    int alterId = alterId();
    String cipher = cipher();
    Node.Transport transport = new TransportCheck(raw, warnings).transport();
    Node.Tls tls = new TlsCheck(raw, warnings).tls(transport, server);
    refuseOptions();
    raw.extras.keySet().removeIf(Form3Key::isKnown);
    return new Node(
        name(server, port),
        server,
        port,
        id.reveal(),
        alterId,
        cipher,
        transport,
        tls,
        packetEncoding(),
        Math.max(0, Math.min(raw.mux, Server.MAX_MUX)),
        raw.extras);
  }

  private String server() {
    if (raw.server.isBlank()) {
      throw missing("add", "a name or an IP address");
    }
    String server = HostText.host(raw.server);
    if (server == null) {
      throw raw.error(
          "BAD_HOST",
          "add",
          Quoted.value(raw.server) + " is no host",
          "a name or an IP address, and nothing else");
    }
    return server;
  }

  private int port() {
    if (raw.port.isBlank()) {
      throw missing("port", "1..65535");
    }
    int port = number(raw.port);
    if (port < 1 || port > MAX_NUMBER) {
      throw raw.error("BAD_PORT", "port", Quoted.value(raw.port) + " is no port", "1..65535");
    }
    return port;
  }

  private UserId id() {
    String text = raw.id.strip();
    if (text.isEmpty()) {
      throw missing("id", "a UUID");
    }
    UserId id;
    try {
      id = UserId.read(text);
    } catch (IllegalArgumentException e) {
      throw raw.error(
          "BAD_UUID",
          "id",
          "%d characters that are no UUID".formatted(text.length()),
          "8-4-4-4-12 hex digits, or a name of 1 to 30 bytes");
    }
    if (text.length() <= UserId.MAX_NAME_BYTES) {
      warnings.add("MAPPED_UUID");
    }
    return id;
  }

  private int alterId() {
    int alterId = raw.alterId.isBlank() ? 0 : number(raw.alterId);
    if (alterId < 0 || alterId > MAX_NUMBER) {
      throw raw.error(
          "BAD_ALTER_ID", "aid", Quoted.value(raw.alterId) + " is no alterId", "0..65535");
    }
    if (alterId > 0) {
      warnings.add("LEGACY_ALTER_ID");
    }
    return alterId;
  }

  /** Decimal digits; -1 if there is anything else, or there are too many. */
  private static int number(String text) {
    String digits = text.strip();
    if (digits.isEmpty()
        || digits.length() > MAX_DIGITS
        || digits.chars().anyMatch(c -> c < '0' || c > '9')) {
      return -1;
    }
    return Integer.parseInt(digits);
  }

  private String cipher() {
    String word = raw.cipher.strip().toLowerCase(Locale.ROOT);
    String cipher =
        switch (word) {
          case "" -> "auto";
          case "chacha20-ietf-poly1305" -> "chacha20-poly1305";
          default -> word;
        };
    if (!CIPHERS.contains(cipher)) {
      throw raw.error(
          "UNSUPPORTED_CIPHER",
          "scy",
          Quoted.value(raw.cipher) + " is not supported",
          "auto, aes-128-gcm, chacha20-poly1305, none or zero");
    }
    if (WEAK.contains(cipher)) {
      warnings.add("WEAK_CIPHER");
    }
    return cipher;
  }

  private void refuseOptions() {
    for (String key : raw.refused) {
      throw raw.error(
          "UNSUPPORTED_OPTION",
          key,
          "it changes what is sent, and is not supported",
          "a server that does without");
    }
  }

  private @Nullable String packetEncoding() {
    return switch (raw.packetEncoding.strip().toLowerCase(Locale.ROOT)) {
      case "xudp" -> "xudp";
      case "packet", "packetaddr" -> "packetaddr";
      default -> null;
    };
  }

  private String name(String server, int port) {
    String name = DisplayName.of(raw.name);
    return name.isEmpty() ? new Destination(Address.of(server), port).toString() : name;
  }

  private LinkException missing(String field, String expected) {
    return raw.error("MISSING_FIELD", field, "missing", expected);
  }
}
