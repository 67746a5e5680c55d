package io.vmessproxy.client.link;

import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes what {@link UriLink} reads as the standard form; what has its default is left out. */
final class UriExport {
  private static final Set<String> KEYS =
      Set.of(
          "encryption",
          "type",
          "host",
          "path",
          "headertype",
          "servicename",
          "mode",
          "authority",
          "seed",
          "ed",
          "eh",
          "security",
          "sni",
          "peer",
          "alpn",
          "fp",
          "allowinsecure",
          "insecure",
          "vcn",
          "pcs",
          "ech",
          "fm",
          "packetencoding");

  private final List<String> pairs = new ArrayList<>();
  private final Set<String> keys = new HashSet<>();

  private UriExport() {}

  static String uri(Node node) {
    if (node.alterId() > 0) {
      throw new LinkException(
          "UNSUPPORTED_OPTION",
          "aid",
          "aid: %d cannot be told in this form (expected: 0, or the form --to link)"
              .formatted(node.alterId()));
    }
    UriExport export = new UriExport();
    export.add("encryption", node.cipher().equals("auto") ? "" : node.cipher());
    export.addTransport(node);
    export.addTls(node.tls());
    export.add("packetEncoding", node.packetEncoding());
    node.extras().forEach((key, value) -> export.addExtra(node, key, value));
    String address = new Destination(Address.of(node.server()), node.port()).toString();
    String query = export.pairs.isEmpty() ? "" : "?" + String.join("&", export.pairs);
    String name = node.name().equals(address) ? "" : "#" + UriComponent.encode(node.name());
    return "vmess://" + node.uuid() + "@" + address + query + name;
  }

  private void add(String key, @Nullable String value) {
    if (value != null && !value.isEmpty() && keys.add(key.toLowerCase(Locale.ROOT))) {
      pairs.add(UriComponent.encode(key) + "=" + UriComponent.encode(value));
    }
  }

  private void addExtra(Node node, String key, String value) {
    if (canTell(node, key)) {
      add(key, LinkJson.text(JsonText.element(value)));
    }
  }

  /** Whether an extra stays one: here keys have no case, and other meanings than in JSON. */
  static boolean canTell(Node node, String key) {
    return !KEYS.contains(key.toLowerCase(Locale.ROOT)) || isXhttpMode(node, key);
  }

  private static boolean isXhttpMode(Node node, String key) {
    return key.equals(RawNode.XHTTP_MODE) && node.transport().kind().equals("xhttp");
  }

  private void addTransport(Node node) {
    Node.Transport transport = node.transport();
    Node.Grpc grpc = transport.grpc();
    switch (transport.kind()) {
      case "tcp" -> {}
      case "http-header" -> {
        add("type", "tcp");
        add("headerType", "http");
      }
      case "h2" -> add("type", "http");
      default -> add("type", transport.kind());
    }
    if (grpc != null) {
      add("serviceName", grpc.serviceName());
      add("mode", grpc.multi() ? "multi" : "");
      add("authority", grpc.authority());
    } else if (transport.kcp() != null) {
      add("headerType", transport.kcp().header().equals("none") ? "" : transport.kcp().header());
      add("seed", transport.kcp().seed());
    } else {
      String path = LinkPath.of(transport);
      add("host", String.join(",", transport.hosts()));
      add("path", path.equals("/") ? "" : path);
    }
  }

  private void addTls(Node.@Nullable Tls tls) {
    if (tls == null) {
      return;
    }
    add("security", "tls");
    add("sni", tls.sniSource().equals("explicit") ? tls.sni() : "");
    add("alpn", String.join(",", tls.alpn()));
    add("fp", tls.fingerprint());
    add("allowInsecure", tls.insecure() ? "1" : "");
    add("vcn", String.join(",", tls.verifyNames()));
    add("pcs", String.join(",", tls.certificateSha256()));
  }
}
