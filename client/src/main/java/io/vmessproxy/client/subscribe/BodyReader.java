package io.vmessproxy.client.subscribe;

import io.vmessproxy.client.link.LinkException;
import io.vmessproxy.client.link.Node;
import io.vmessproxy.client.link.Nodes;
import io.vmessproxy.client.link.Subscription;
import io.vmessproxy.client.selection.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** From the bytes of a subscription to servers. */
@FunctionalInterface
interface BodyReader {
  /** What {@code link} reads. */
  BodyReader LINKS = body -> read(Subscription.read(body), Nodes::server);

  /**
   * What was in a body.
   *
   * @param unusable a line for each entry that cannot be used: {@code line 7: BAD_PORT: ...}
   * @param comments that stand for headers, by lower-case name
   */
  record Read(
      List<Server> servers,
      List<String> unusable,
      int otherProtocols,
      List<String> hints,
      Map<String, String> comments) {
    public Read {
      servers = List.copyOf(servers);
      unusable = List.copyOf(unusable);
      hints = List.copyOf(hints);
      comments = Map.copyOf(comments);
    }

    /** The same with what the command line wants of each server. */
    Read with(UnaryOperator<Server> options) {
      return new Read(
          servers.stream().map(options).toList(), unusable, otherProtocols, hints, comments);
    }
  }

  /**
   * Reads a body.
   *
   * @throws LinkException if there is no server in it
   */
  Read read(byte[] body);

  /** Takes the nodes that the program has a transport for. */
  static Read read(Subscription.Content content, Function<Node, Server> toServer) {
    List<Server> servers = new ArrayList<>();
    List<String> unusable = new ArrayList<>();
    content.errors().forEach(entry -> unusable.add(line(entry.where(), entry.error())));
    for (Node node : content.nodes()) {
      try {
        servers.add(toServer.apply(node));
      } catch (LinkException e) {
        unusable.add(line(StrangersText.line(node.name()), e));
      }
    }
    if (servers.isEmpty()) {
      throw new LinkException(
          "NO_USABLE_NODE",
          null,
          unusable.isEmpty()
              ? "no VMess server in it"
              : "none of its VMess servers can be used: " + unusable.get(0));
    }
    return new Read(
        servers, unusable, content.otherProtocols(), content.hints(), content.comments());
  }

  private static String line(String where, LinkException e) {
    return where + ": " + e.code() + ": " + e.getMessage();
  }
}
