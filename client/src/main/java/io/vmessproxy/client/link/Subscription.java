package io.vmessproxy.client.link;

import java.util.List;

/** The body of a subscription in any form: list, base64, Clash, sing-box, V2Ray. */
@SuppressWarnings("DoNotCallSuggester") // To be built.
public final class Subscription {
  private Subscription() {}

  /**
   * What was in it.
   *
   * @param nodes those that can be used, names unique
   * @param errors the others
   * @param otherProtocols how many entries are not VMess
   * @param hints sentences for the user: what was left aside
   */
  public record Content(
      List<Node> nodes, List<EntryError> errors, int otherProtocols, List<String> hints) {
    public Content {
      nodes = List.copyOf(nodes);
      errors = List.copyOf(errors);
      hints = List.copyOf(hints);
    }
  }

  /**
   * An entry that cannot be used.
   *
   * @param where {@code line 7}, {@code proxies[3]}...
   */
  public record EntryError(String where, LinkException error) {}

  /**
   * Reads a body.
   *
   * @throws LinkException {@code EMPTY}, {@code HTML_PAGE}, {@code UNKNOWN_FORMAT}, {@code
   *     NO_USABLE_NODE} or {@code TOO_LARGE}, if there is nothing to use
   */
  public static Content read(byte[] body) {
    throw new UnsupportedOperationException("subscription");
  }
}
