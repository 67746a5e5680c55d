package io.vmessproxy.client.link;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The most common link: {@code vmess://} and base64 of a JSON object.
 *
 * <p>Source: v2rayN, "Description of VMess share link", versions 1 and 2; its writers.
 */
final class V2raynLink {
  private static final Set<String> HOST_AND_PATH = Set.of("ws", "websocket", "h2", "http");

  private final JsonObject json;
  private final RawNode raw = new RawNode();

  private V2raynLink(JsonObject json) {
    this.json = json;
  }

  /**
   * Reads the JSON.
   *
   * @param fragment the name of a node that has none inside
   */
  static RawNode read(String text, String fragment) {
    return new V2raynLink(LinkJson.object(text)).read(fragment);
  }

  private RawNode read(String fragment) {
    String name = text("ps");
    raw.name = name.isEmpty() ? fragment : name;
    raw.server = text("add");
    raw.port = text("port");
    raw.id = text("id");
    raw.alterId = text("aid");
    raw.cipher = text("scy", "security");
    raw.network = text("net");
    raw.type = text("type");
    raw.pathIsList = true;
    readHostAndPath();
    readTls();
    for (String key : List.of("ech", "fm")) {
      if (!text(key).isEmpty()) {
        raw.refused.add(key);
      }
    }
    json.entrySet().stream()
        .filter(entry -> !Form3Key.isKnown(entry.getKey()))
        .forEach(entry -> raw.extras.put(entry.getKey(), JsonText.of(entry.getValue())));
    return raw;
  }

  /** Version 1 had both in {@code host}, and its writers did not agree on their order. */
  private void readHostAndPath() {
    String host = text("host");
    String path = text("path");
    String version = text("v");
    boolean both =
        path.isEmpty()
            && (version.isEmpty() || version.equals("1"))
            && HOST_AND_PATH.contains(raw.network.toLowerCase(Locale.ROOT));
    int semicolon = host.indexOf(';');
    if (both && semicolon >= 0) {
      String first = host.substring(0, semicolon).strip();
      String second = host.substring(semicolon + 1).strip();
      boolean pathIsSecond = !isPath(first) && isPath(second);
      path = pathIsSecond ? second : first;
      host = pathIsSecond ? first : second;
    } else if (both && host.startsWith("/")) {
      path = host;
      host = "";
    }
    raw.hosts.add(host);
    raw.paths.add(path);
  }

  private static boolean isPath(String piece) {
    return piece.isEmpty() || piece.startsWith("/");
  }

  private void readTls() {
    raw.tls = text("tls");
    raw.sni = text("sni", "peer", "serverName");
    raw.alpn.add(text("alpn"));
    raw.fingerprint = text("fp");
    String verify = text("verify_cert").toLowerCase(Locale.ROOT);
    raw.insecure =
        LinkQuery.isOn(text("insecure"))
            || LinkQuery.isOn(text("allowInsecure"))
            || LinkQuery.isOn(text("skip-cert-verify"))
            || verify.equals("false")
            || verify.equals("0");
    raw.verifyNames.add(text("vcn"));
    raw.certificateSha256.add(text("pcs"));
  }

  /** The first of these that says something. */
  private String text(String... keys) {
    for (String key : keys) {
      String text = LinkJson.text(json.get(key));
      if (!text.isEmpty()) {
        return text;
      }
    }
    return "";
  }
}
