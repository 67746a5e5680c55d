package io.vmessproxy.client.link;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * {@code vmess://} and base64 of {@code method:uuid@host:port}, with all else in the query.
 *
 * <p>Source: Shadowrocket, and Kitsunebi's older words.
 */
final class RocketLink {
  private static final Pattern CONTENT = Pattern.compile("[A-Za-z0-9_-]*:[^@]*@.*", Pattern.DOTALL);

  private RocketLink() {}

  /** Whether this is what the base64 held. */
  static boolean matches(String content) {
    return CONTENT.matcher(content).matches();
  }

  static RawNode read(String content, LinkParts link, List<String> warnings) {
    RawNode raw = new RawNode();
    int colon = content.indexOf(':');
    int at = content.indexOf('@');
    raw.cipher = content.substring(0, colon);
    raw.id = content.substring(colon + 1, at);
    String address = content.substring(at + 1).strip();
    int port = address.endsWith("]") ? -1 : address.lastIndexOf(':');
    raw.server = port < 0 ? address : address.substring(0, port);
    raw.port = port < 0 ? "" : address.substring(port + 1);
    readParameters(raw, new LinkQuery(link.query(), link.queryAt(), warnings), link.fragment());
    return raw;
  }

  private static void readParameters(RawNode raw, LinkQuery query, String fragment) {
    String name = query.take("remarks", "remark");
    raw.name = name.isEmpty() ? fragment : name;
    raw.alterId = query.take(raw, "aid", "alterId", "aid");
    String network = query.take(raw, "net", "network");
    String obfs = query.take(raw, "net", "obfs").toLowerCase(Locale.ROOT);
    raw.pathIsList = true;
    raw.type = query.take(raw, "type", "kcpHeader");
    switch (obfs) {
      case "" -> raw.network = network;
      case "none" -> raw.network = "tcp";
      case "http" -> {
        raw.network = "tcp";
        raw.type = "http";
      }
      default -> raw.network = obfs;
    }
    raw.hosts.add(host(query.take(raw, "host", "obfsParam", "wsHost", "h2Host")));
    raw.paths.add(query.take("path", "wsPath", "h2Path"));
    raw.tls = query.take(raw, "tls", "tls");
    raw.sni = query.take(raw, "sni", "peer", "sni", "tlsServer");
    raw.insecure = query.takeSwitch("allowInsecure");
    raw.alpn.add(query.take("alpn"));
    query.keepRest(raw.extras);
  }

  /** The text itself, or the Host of headers that are given as JSON. */
  private static String host(String text) {
    if (!text.startsWith("{")) {
      return text;
    }
    JsonObject headers = LinkJson.object(text);
    return headers.entrySet().stream()
        .filter(header -> header.getKey().equalsIgnoreCase("Host"))
        .map(Map.Entry::getValue)
        .map(LinkJson::text)
        .findFirst()
        .orElse("");
  }
}
