package io.vmessproxy.client.link;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A server as a line of a configuration file: Quantumult's and Loon's {@code NAME = vmess, HOST,
 * PORT, METHOD, "UUID", k=v...}, Surge's {@code NAME = vmess, HOST, PORT, username=UUID, k=v...},
 * and Quantumult X's {@code vmess=HOST:PORT, k=v...}.
 */
final class ConfigLine {
  private static final Pattern NAMED =
      Pattern.compile("[^=,]*=\\s*vmess\\s*,.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern ADDRESSED =
      Pattern.compile("vmess\\s*=\\s*[^,\\s].*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final String LINE_END = "[Rr][Nn]"; // as it stands in Quantumult's file

  private final RawNode raw = new RawNode();
  private final Map<String, String> values = new LinkedHashMap<>();

  private ConfigLine() {}

  /** Whether the text is such a line. */
  static boolean matches(String text) {
    return NAMED.matcher(text).matches() || ADDRESSED.matcher(text).matches();
  }

  static RawNode read(String text) {
    ConfigLine line = new ConfigLine();
    List<String> parts = split(text);
    if (NAMED.matcher(text).matches()) {
      line.readNamed(parts);
    } else {
      line.readAddressed(parts);
    }
    line.readValues();
    return line.raw;
  }

  /** At commas that are not between quotes. */
  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      quoted ^= c == '"';
      if (c == ',' && !quoted) {
        parts.add(text.substring(from, i).strip());
        from = i + 1;
      }
    }
    parts.add(text.substring(from).strip());
    return parts;
  }

  private static String unquoted(String text) {
    return text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1)
        : text;
  }

  private void readNamed(List<String> parts) {
    raw.name = unquoted(parts.get(0).substring(0, parts.get(0).indexOf('=')).strip());
    raw.server = part(parts, 1);
    raw.port = part(parts, 2);
    int rest = 3;
    // Surge names them, the others know them by their place.
    if (parts.size() > 4 && parts.get(3).indexOf('=') < 0) {
      raw.cipher = part(parts, 3);
      raw.id = part(parts, 4);
      rest = 5;
    }
    readPairs(parts.subList(Math.min(rest, parts.size()), parts.size()));
  }

  private static String part(List<String> parts, int index) {
    return index < parts.size() ? unquoted(parts.get(index)) : "";
  }

  private void readAddressed(List<String> parts) {
    String address = parts.get(0).substring(parts.get(0).indexOf('=') + 1).strip();
    int colon = address.endsWith("]") ? -1 : address.lastIndexOf(':');
    raw.server = colon < 0 ? address : address.substring(0, colon);
    raw.port = colon < 0 ? "" : address.substring(colon + 1);
    readPairs(parts.subList(1, parts.size()));
  }

  private void readPairs(List<String> pairs) {
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        String key = pair.substring(0, equals).strip().toLowerCase(Locale.ROOT);
        values.putIfAbsent(key, unquoted(pair.substring(equals + 1).strip()));
      }
    }
  }

  private String value(String... keys) {
    for (String key : keys) {
      String value = values.getOrDefault(key, "");
      if (!value.isEmpty()) {
        return value;
      }
    }
    return "";
  }

  private boolean on(String key) {
    return LinkQuery.isOn(value(key));
  }

  private boolean off(String key) {
    return value(key).equalsIgnoreCase("false") || value(key).equals("0");
  }

  private void readValues() {
    raw.name = raw.name.isEmpty() ? value("tag") : raw.name;
    raw.id = raw.id.isEmpty() ? value("username", "password") : raw.id;
    raw.cipher = raw.cipher.isEmpty() ? value("method", "encrypt-method") : raw.cipher;
    raw.alterId = value("alterid", "aid");
    String obfs = value("obfs", "transport").toLowerCase(Locale.ROOT);
    boolean tls = on("over-tls") || on("tls") || obfs.equals("wss") || obfs.equals("over-tls");
    raw.tls = tls ? "tls" : "";
    switch (obfs) {
      case "wss" -> raw.network = "ws";
      case "over-tls", "none" -> raw.network = "tcp";
      case "http" -> {
        raw.network = "tcp";
        raw.type = "http";
      }
      default -> raw.network = on("ws") ? "ws" : obfs;
    }
    raw.paths.add(value("obfs-path", "obfs-uri", "ws-path", "path"));
    String host = value("obfs-host", "host");
    raw.hosts.add(host.isEmpty() ? hostIn(value("obfs-header", "ws-headers")) : host);
    raw.sni = value("tls-host", "sni", "tls-name");
    raw.insecure = off("certificate") || off("tls-verification") || on("skip-cert-verify");
  }

  /** The Host of header lines, which Quantumult parts with {@link #LINE_END}, Surge with a bar. */
  private static String hostIn(String headers) {
    for (String header : headers.replace(LINE_END, "|").split("\\|", -1)) {
      int colon = header.indexOf(':');
      if (colon > 0 && header.substring(0, colon).strip().equalsIgnoreCase("Host")) {
        return header.substring(colon + 1).strip();
      }
    }
    return "";
  }
}
