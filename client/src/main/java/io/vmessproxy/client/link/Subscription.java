package io.vmessproxy.client.link;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The body of a subscription in any form: list, base64, Clash, sing-box, V2Ray. */
public final class Subscription {
  /** The longest body. */
  public static final int MAX_BYTES = 10 << 20;

  private Subscription() {}

  /**
   * What was in it.
   *
   * @param nodes those that can be used, names unique
   * @param errors the others; of very many, the first
   * @param otherProtocols how many entries are not VMess
   * @param hints sentences for the user: what was left aside
   * @param comments those of a list that stand for headers of HTTP, by the header's name in lower
   *     case: {@code subscription-userinfo}...
   */
  public record Content(
      List<Node> nodes,
      List<EntryError> errors,
      int otherProtocols,
      List<String> hints,
      Map<String, String> comments) {
    public Content {
      nodes = List.copyOf(nodes);
      errors = List.copyOf(errors);
      hints = List.copyOf(hints);
      comments = Map.copyOf(comments);
    }

    /** Without comments. */
    public Content(
        List<Node> nodes, List<EntryError> errors, int otherProtocols, List<String> hints) {
      this(nodes, errors, otherProtocols, hints, Map.of());
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
    if (body.length > MAX_BYTES) {
      throw new LinkException(
          "TOO_LARGE", null, "the subscription is too large (expected: at most 10 MiB)");
    }
    return BodyFormat.read(new String(body, StandardCharsets.UTF_8));
  }
}
