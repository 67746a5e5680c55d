package io.vmessproxy.client.link;

import io.vmessproxy.client.selection.Server;

/** From a {@link Node} to what the program uses. */
@SuppressWarnings("DoNotCallSuggester") // To be built.
public final class Nodes {
  private Nodes() {}

  /**
   * The server of a node, tagged with its name.
   *
   * @throws LinkException with {@code UNSUPPORTED_TRANSPORT} if there is no such transport here
   */
  public static Server server(Node node) {
    throw new UnsupportedOperationException("link");
  }
}
