package io.vmessproxy.client.link;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/**
 * Any text as a link: a node or a sentence; and a node that is written and read again is the same,
 * but for what the export says is lost.
 */
public final class LinkFuzzer {
  private LinkFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    Node node;
    try {
      node = Links.read(text(data)).node();
    } catch (LinkException e) {
      if (!String.valueOf(e.getMessage()).contains("(expected: ")) {
        throw new AssertionError("no hint: " + e.getMessage());
      }
      return;
    }
    checkSame(node, Exports.link(node));
    if (node.alterId() == 0) {
      checkSame(node, Exports.uri(node));
    }
    Exports.json(List.of(node));
    Exports.vnext(List.of(node));
  }

  /** What begins with a brace is the inside of a link, for chance does not find base64. */
  private static String text(byte[] data) {
    return data.length > 0 && data[0] == '{'
        ? "vmess://" + Base64.getUrlEncoder().withoutPadding().encodeToString(data)
        : new String(data, StandardCharsets.UTF_8);
  }

  private static void checkSame(Node node, Exports.Export export) {
    if (export.text().length() > 16 << 10) {
      return; // A name of other letters is longer when it is encoded.
    }
    Node again = Links.read(export.text()).node();
    if (export.lossy().isEmpty()
        && !(again.transport().equals(node.transport())
            && again.server().equals(node.server())
            && again.uuid().equals(node.uuid())
            && again.name().equals(node.name())
            && Objects.equals(again.tls(), node.tls()))) {
      throw new AssertionError(node + " became " + again);
    }
  }
}
