package io.vmessproxy.client.link;

import java.util.HashSet;
import java.util.Set;

/**
 * Any bytes as a subscription: servers, or a sentence. Beyond that no two servers have one name,
 * and each can be made a server of this program, or is of a transport that there is not.
 */
public final class SubscriptionFuzzer {
  private static final Set<String> CODES =
      Set.of("EMPTY", "HTML_PAGE", "UNKNOWN_FORMAT", "NO_USABLE_NODE", "TOO_LARGE");

  private SubscriptionFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    Subscription.Content content;
    try {
      content = Subscription.read(data);
    } catch (LinkException e) {
      if (!CODES.contains(e.code()) || String.valueOf(e.getMessage()).isBlank()) {
        throw new AssertionError(e.code() + ": " + e.getMessage());
      }
      return;
    }
    if (content.nodes().isEmpty()) {
      throw new AssertionError("no node");
    }
    Set<String> names = new HashSet<>();
    for (Node node : content.nodes()) {
      if (!names.add(node.name())) {
        throw new AssertionError("twice: " + node.name());
      }
      checkServer(node);
    }
  }

  private static void checkServer(Node node) {
    try {
      Nodes.server(node);
    } catch (LinkException e) {
      if (!Set.of("kcp", "xhttp").contains(node.transport().kind())) {
        throw new AssertionError(node + ": " + e.getMessage());
      }
    }
  }
}
