package io.vmessproxy.client.cli;

import io.vmessproxy.client.link.LinkException;
import io.vmessproxy.client.link.Node;
import io.vmessproxy.client.link.Nodes;
import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import java.util.ArrayList;
import java.util.List;

/** A node for people to read, its id whole: a line for each thing there is to say. */
final class NodeText {
  private static final int ZERO_WIDTH_JOINER = 0x200d; // in emoji

  private NodeText() {}

  /**
   * The lines.
   *
   * @param warnings codes
   */
  static List<String> lines(Node node, List<String> warnings) {
    List<String> lines = new ArrayList<>();
    lines.add(node.name()); // made printable when it was read
    add(lines, "server", new Destination(Address.of(node.server()), node.port()).toString());
    add(lines, "id", node.uuid());
    add(lines, "alterId", String.valueOf(node.alterId()));
    add(lines, "security", node.cipher());
    add(lines, "transport", transport(node.transport()));
    Node.Tls tls = node.tls();
    add(lines, "tls", tls == null ? "none" : tls(tls));
    if (node.packetEncoding() != null) {
      add(lines, "udp", node.packetEncoding());
    }
    if (node.mux() > 0) {
      add(lines, "mux", node.mux() + " streams");
    }
    node.extras().forEach((key, value) -> add(lines, "also", key + ": " + value));
    warnings.forEach(code -> add(lines, "warning", LinkWords.of(code)));
    try {
      Nodes.server(node);
    } catch (LinkException e) {
      add(lines, "not for", "this program; " + e.getMessage());
    }
    return lines;
  }

  private static void add(List<String> lines, String what, String value) {
    lines.add("  %-10s %s".formatted(what, printable(value)));
  }

  /** What would move the cursor or turn the writing is shown as its code. */
  private static String printable(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (isPrintable(c)) {
                shown.appendCodePoint(c);
              } else {
                shown.append("\\u%04x".formatted(c));
              }
            });
    return shown.toString();
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
      case Character.FORMAT -> c == ZERO_WIDTH_JOINER;
      default -> true;
    };
  }

  private static String transport(Node.Transport transport) {
    List<String> parts = new ArrayList<>(List.of(transport.kind()));
    Node.Grpc grpc = transport.grpc();
    Node.Kcp kcp = transport.kcp();
    if (grpc != null) {
      parts.add("service " + (grpc.serviceName().isEmpty() ? "\"\"" : grpc.serviceName()));
      parts.add(grpc.multi() ? "multi" : "gun");
      if (grpc.authority() != null) {
        parts.add("authority " + grpc.authority());
      }
    }
    if (kcp != null) {
      parts.add("header " + kcp.header());
      if (kcp.seed() != null) {
        parts.add("seed " + kcp.seed());
      }
    }
    transport.paths().forEach(path -> parts.add("path " + path));
    transport.hosts().forEach(host -> parts.add("host " + host));
    transport.headers().forEach((name, values) -> parts.add(name + ": " + values.get(0)));
    EarlyData early = transport.earlyData();
    if (early != null) {
      String where = early.header().isEmpty() ? "the path" : early.header();
      parts.add("early data of %d bytes in %s".formatted(early.maxBytes(), where));
    }
    return String.join(", ", parts);
  }

  private static String tls(Node.Tls tls) {
    List<String> parts = new ArrayList<>();
    String source =
        switch (tls.sniSource()) {
          case "host" -> " (from the host)";
          case "address" -> " (from the server)";
          default -> "";
        };
    parts.add("name " + tls.sni() + source);
    if (!tls.alpn().isEmpty()) {
      parts.add("alpn " + String.join(" ", tls.alpn()));
    }
    if (tls.insecure()) {
      parts.add("insecure");
    }
    if (tls.fingerprint() != null) {
      parts.add("fingerprint " + tls.fingerprint());
    }
    tls.certificateSha256().forEach(hash -> parts.add("certificate " + hash));
    tls.chainSha256().forEach(hash -> parts.add("chain " + hash));
    tls.publicKeySha256().forEach(hash -> parts.add("public key " + hash));
    tls.verifyNames().forEach(name -> parts.add("certificate for " + name));
    return String.join(", ", parts);
  }
}
