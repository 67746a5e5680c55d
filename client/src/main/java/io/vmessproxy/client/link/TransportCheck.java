package io.vmessproxy.client.link;

import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The transport of a {@link RawNode}: from the field's many words to one kind. */
final class TransportCheck {
  private static final String NOTHING = "---"; // Some panels write it for an empty choice.

  private final RawNode raw;
  private final List<String> warnings;

  TransportCheck(RawNode raw, List<String> warnings) {
    this.raw = raw;
    this.warnings = warnings;
  }

  Node.Transport transport() {
    String type = word(raw.type);
    boolean plain = type.isEmpty() || type.equals("none") || type.equals(NOTHING);
    return switch (word(raw.network)) {
      case "", "tcp", "raw" -> tcp(type, plain);
      case "http" -> type.equals("http") ? httpHeader() : withPath("h2");
      case "h2" -> withPath("h2");
      case "ws", "websocket" -> webSocket();
      case "httpupgrade" -> httpUpgrade();
      case "xhttp", "splithttp" -> xhttp(plain);
      case "grpc", "gun" -> grpc(type, plain);
      case "kcp", "mkcp" -> kcp(plain ? "none" : type);
      default ->
          throw raw.error(
              "UNSUPPORTED_TRANSPORT",
              "net",
              Quoted.value(raw.network) + " is not supported",
              "tcp, ws, httpupgrade, h2 or grpc");
    };
  }

  private static String word(String text) {
    return text.strip().toLowerCase(Locale.ROOT);
  }

  private Node.Transport tcp(String type, boolean plain) {
    if (plain) {
      return new Node.Transport("tcp", List.of(), List.of(), Map.of(), null, null, null);
    }
    if (!type.equals("http")) {
      throw raw.error(
          "UNSUPPORTED_TRANSPORT",
          "type",
          Quoted.value(raw.type) + " is no header of tcp",
          "none or http");
    }
    return httpHeader();
  }

  private Node.Transport httpHeader() {
    List<String> paths = new ArrayList<>();
    for (String path : raw.paths) {
      List<String> each = raw.pathIsList ? List.of(path.split(",", -1)) : List.of(path);
      each.stream()
          .map(String::strip)
          .filter(p -> !p.isEmpty())
          .map(PathText::plain)
          .forEach(paths::add);
    }
    return new Node.Transport(
        "http-header",
        hosts(),
        paths.isEmpty() ? List.of("/") : paths,
        raw.headers,
        null,
        null,
        null);
  }

  private Node.Transport withPath(String kind) {
    return withPath(kind, PathText.plain(path()), null);
  }

  private Node.Transport withPath(String kind, String path, @Nullable EarlyData earlyData) {
    return new Node.Transport(kind, hosts(), List.of(path), raw.headers, earlyData, null, null);
  }

  private Node.Transport webSocket() {
    PathText path = path2();
    EarlyData earlyData = raw.earlyData == null ? path.earlyData() : raw.earlyData;
    if (earlyData != null && !isToken(earlyData.header())) {
      throw raw.error(
          "UNSUPPORTED_OPTION",
          "path",
          "early data in a header " + Quoted.value(earlyData.header()),
          "a header's name, as in " + EarlyData.USUAL_HEADER);
    }
    return withPath("ws", path.path(), earlyData);
  }

  /** A name for a header, or none. */
  private static boolean isToken(String name) {
    return name.chars()
        .allMatch(c -> c < 0x80 && (Character.isLetterOrDigit(c) || c == '-' || c == '_'));
  }

  /** Some clients write {@code ed} here, too; no server takes early data. */
  private Node.Transport httpUpgrade() {
    return withPath("httpupgrade", path2().path(), null);
  }

  private PathText path2() {
    String path = PathText.plain(path());
    return raw.earlyDataInPath ? PathText.withoutEarlyData(path) : new PathText(path, null);
  }

  private Node.Transport xhttp(boolean plain) {
    if (!plain && !word(raw.type).equals("auto")) {
      raw.extras.putIfAbsent(RawNode.XHTTP_MODE, JsonText.of(raw.type));
    }
    return withPath("xhttp");
  }

  private Node.Transport grpc(String type, boolean plain) {
    boolean multi = type.equals("multi");
    if (!multi && !plain && !type.equals("gun") && !type.equals("guna")) {
      warnings.add("UNKNOWN_GRPC_MODE");
    }
    List<String> authorities = hosts();
    String authority = authorities.isEmpty() ? null : authorities.get(0);
    Node.Grpc grpc = new Node.Grpc(path(), multi, authority);
    return new Node.Transport("grpc", List.of(), List.of(), raw.headers, null, grpc, null);
  }

  private Node.Transport kcp(String mask) {
    Node.Kcp kcp = new Node.Kcp(mask, path().isEmpty() ? null : path());
    return new Node.Transport("kcp", List.of(), List.of(), Map.of(), null, null, kcp);
  }

  private String path() {
    return raw.paths.isEmpty() ? "" : raw.paths.get(0).strip();
  }

  private List<String> hosts() {
    List<String> hosts = new ArrayList<>();
    for (String list : raw.hosts) {
      for (String text : list.split(",", -1)) {
        String host = text.strip();
        if (!host.isEmpty()) {
          hosts.add(host(host));
        }
      }
    }
    return hosts;
  }

  private String host(String text) {
    String host = HostText.header(text);
    if (host == null) {
      throw raw.error(
          "BAD_HOST", "host", Quoted.value(text) + " is no host", "a name, as in cdn.example.com");
    }
    return host;
  }
}
