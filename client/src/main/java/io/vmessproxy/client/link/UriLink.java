package io.vmessproxy.client.link;

import io.vmessproxy.client.settings.PercentText;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Links that are URIs: {@code vmess://UUID@HOST:PORT?k=v#name}, and the older {@code
 * vmess://NET+tls:UUID-ALTERID@HOST:PORT/?k=v#name} and {@code vmess1://UUID@HOST:PORT/path?k=v}.
 *
 * <p>Source: Xray-core discussion 716; v2fly-github-io issue 26; Kitsunebi.
 */
final class UriLink {
  private static final Pattern DRAFT =
      Pattern.compile("([a-z0-9]+)(?:\\+([a-z]+))?:(.+)-([0-9]+)", Pattern.CASE_INSENSITIVE);

  private final LinkParts link;
  private final RawNode raw = new RawNode();
  private final LinkQuery query;

  private UriLink(LinkParts link, List<String> warnings) {
    this.link = link;
    this.query = new LinkQuery(link.query(), link.queryAt(), warnings);
    raw.name = link.fragment();
    raw.pathIsList = true;
  }

  /** Reads a link whose body has an {@code @}. */
  static RawNode read(LinkParts link, List<String> warnings) {
    return new UriLink(link, warnings).read();
  }

  private RawNode read() {
    boolean first = link.scheme().equals("vmess1");
    String path = first ? readAuthorityAndPath() : "";
    if (!first) {
      readAuthority(link.body().replaceFirst("/+$", ""));
    }
    Matcher draft = DRAFT.matcher(raw.id);
    if (first) {
      readFirst(path);
    } else if (draft.matches()) {
      readDraft(draft);
    } else {
      readStandard();
    }
    query.keepRest(raw.extras);
    return raw;
  }

  private void readAuthority(String authority) {
    int at = authority.lastIndexOf('@');
    String address = authority.substring(at + 1);
    raw.id = PercentText.decode(authority.substring(0, at));
    raw.positions.put("id", link.bodyAt());
    raw.positions.put("add", link.bodyAt() + at + 1);
    int colon = address.endsWith("]") ? -1 : address.lastIndexOf(':');
    raw.server = PercentText.decode(colon < 0 ? address : address.substring(0, colon));
    if (colon >= 0) {
      raw.port = PercentText.decode(address.substring(colon + 1));
      raw.positions.put("port", link.bodyAt() + at + 1 + colon + 1);
    }
  }

  private String readAuthorityAndPath() {
    String body = link.body();
    int slash = body.indexOf('/', body.lastIndexOf('@'));
    readAuthority(slash < 0 ? body : body.substring(0, slash));
    return slash < 0 ? "" : PercentText.decode(body.substring(slash));
  }

  private void readStandard() {
    raw.cipher = query.take(raw, "scy", "encryption");
    String network = query.take(raw, "net", "type").toLowerCase(Locale.ROOT);
    raw.network = network.equals("http") ? "h2" : network;
    readTransport(network);
    raw.tls = query.take(raw, "tls", "security");
    raw.sni = query.take(raw, "sni", "sni", "peer");
    raw.alpn.add(query.take("alpn"));
    raw.fingerprint = query.take("fp");
    raw.insecure = query.takeSwitch("allowInsecure", "insecure");
    raw.verifyNames.add(query.take(raw, "vcn", "vcn"));
    raw.certificateSha256.add(query.take(raw, "pcs", "pcs"));
    raw.packetEncoding = query.take("packetEncoding");
    if (!query.take(raw, "ech", "ech").isEmpty()) {
      raw.refused.add("ech");
    }
    String masks = query.take(raw, "fm", "fm");
    if (!masks.isEmpty() && !network.equals("kcp")) {
      raw.refused.add("fm"); // Of kcp it says once more what its own keys say.
    }
  }

  private void readTransport(String network) {
    String path = query.take("path");
    String host = query.take(raw, "host", "host");
    String header = query.take(raw, "type", "headerType");
    String serviceName = query.take("serviceName");
    String mode = query.take("mode");
    String authority = query.take("authority");
    String seed = query.take("seed");
    switch (network) {
      case "grpc", "gun" -> {
        raw.type = mode;
        raw.paths.add(serviceName.isEmpty() ? path : serviceName);
        raw.hosts.add(authority.isEmpty() ? host : authority);
      }
      case "kcp", "mkcp" -> {
        raw.type = header;
        raw.paths.add(seed);
      }
      case "xhttp", "splithttp" -> {
        raw.type = mode;
        raw.paths.add(path);
        raw.hosts.add(host);
      }
      default -> {
        raw.type = header;
        raw.paths.add(path);
        raw.hosts.add(host);
      }
    }
    raw.earlyData = PathText.earlyData(query.take("ed"), query.take("eh"));
  }

  private void readDraft(Matcher draft) {
    String network = draft.group(1).toLowerCase(Locale.ROOT);
    raw.network = network.equals("http") ? "h2" : network;
    raw.tls = draft.group(2) == null ? "" : draft.group(2);
    raw.id = draft.group(3);
    raw.alterId = draft.group(4);
    raw.type = query.take(raw, "type", "type");
    raw.hosts.add(query.take(raw, "host", "host").replace('|', ','));
    String path = query.take("path");
    String seed = query.take("seed");
    String serviceName = query.take("serviceName");
    raw.paths.add(
        switch (network) {
          case "kcp", "mkcp" -> seed;
          case "grpc", "gun" -> serviceName;
          default -> path;
        });
    raw.sni = query.take(raw, "sni", "tlsServerName");
    raw.insecure =
        !query.take("tlsAllowInsecure").toLowerCase(Locale.ROOT).matches("false|no|off|0|");
  }

  private void readFirst(String path) {
    String network = query.take(raw, "net", "network").toLowerCase(Locale.ROOT);
    raw.network = network;
    raw.alterId = query.take(raw, "aid", "alterId", "aid");
    raw.cipher = query.take(raw, "scy", "encryption", "method");
    raw.tls = query.take(raw, "tls", "tls");
    raw.sni = query.take(raw, "sni", "tls.serverName", "tls.servername", "sni");
    raw.insecure = query.takeSwitch("tls.allowInsecure", "allowInsecure");
    raw.hosts.add(query.take(raw, "host", "ws.host", "http.host", "h2.host"));
    String given = query.take("ws.path", "http.path", "h2.path");
    raw.paths.add(given.isEmpty() ? path : given);
    raw.type = query.take(raw, "type", "kcp.type", "header");
  }
}
