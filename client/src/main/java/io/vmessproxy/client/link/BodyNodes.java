package io.vmessproxy.client.link;

import io.vmessproxy.client.link.Subscription.Content;
import io.vmessproxy.client.link.Subscription.EntryError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gathers what a body holds: no node twice, no name twice, an error costs its entry only, and all
 * of it is bounded.
 */
final class BodyNodes {
  // A hundred times what providers offer; ten bytes of a stranger's may be a node of 1000.
  private static final int MAX_NODES = 20_000;
  private static final int MAX_ERRORS = 1_000;
  private static final int MAX_HINTS = 20;

  private final List<Node> nodes = new ArrayList<>();
  private final Set<Node> seen = new HashSet<>();
  private final UniqueNames names = new UniqueNames();
  private final List<EntryError> errors = new ArrayList<>();
  private final Set<String> hints = new LinkedHashSet<>();
  private final Map<String, String> comments = new HashMap<>();
  private int otherProtocols;
  private int moreErrors;
  private int moreNodes;

  /** An entry that is whole. */
  void add(Node node) {
    if (nodes.size() == MAX_NODES) {
      moreNodes++;
    } else if (seen.add(node)) {
      String name = names.of(node.name());
      nodes.add(name.equals(node.name()) ? node : named(node, name));
    }
  }

  /**
   * An entry as it was read.
   *
   * @param where where it stands
   * @param names the form's words for the fields of a link
   */
  void add(String where, RawNode raw, Map<String, String> names) {
    try {
      add(raw.check(new ArrayList<>()));
    } catch (LinkException e) {
      addError(where, inWordsOf(names, e));
    }
  }

  private static LinkException inWordsOf(Map<String, String> names, LinkException e) {
    String field = e.field();
    String name = field == null ? null : names.get(field);
    String message = String.valueOf(e.getMessage());
    if (field == null || name == null) {
      return e;
    }
    return new LinkException(
        e.code(),
        name,
        message.startsWith(field + ":") ? name + message.substring(field.length()) : message);
  }

  private static Node named(Node node, String name) {
    return new Node(
        name,
        node.server(),
        node.port(),
        node.uuid(),
        node.alterId(),
        node.cipher(),
        node.transport(),
        node.tls(),
        node.packetEncoding(),
        node.mux(),
        node.extras());
  }

  void addError(String where, LinkException error) {
    if (errors.size() < MAX_ERRORS) {
      errors.add(new EntryError(where, error));
    } else {
      moreErrors++;
    }
  }

  /** An entry of another protocol. */
  void addOther() {
    otherProtocols++;
  }

  /** A sentence for the user, told once. */
  void addHint(String hint) {
    if (hints.size() < MAX_HINTS) {
      hints.add(hint);
    }
  }

  /** What stands for a header of HTTP. */
  void addComment(String name, String value) {
    comments.putIfAbsent(name, value);
  }

  /**
   * All of it.
   *
   * @throws LinkException {@code NO_USABLE_NODE} if there is no node
   */
  Content content() {
    if (moreNodes > 0) {
      addHint("%d more servers are left out: %d are enough".formatted(moreNodes, MAX_NODES));
    }
    if (moreErrors > 0) {
      addHint(moreErrors + " more entries cannot be used");
    }
    if (nodes.isEmpty()) {
      throw new LinkException("NO_USABLE_NODE", null, "no VMess server that can be used" + why());
    }
    return new Content(nodes, errors, otherProtocols, List.copyOf(hints), comments);
  }

  private String why() {
    StringBuilder why = new StringBuilder();
    if (otherProtocols > 0) {
      why.append(", %d of other protocols".formatted(otherProtocols));
    }
    if (!errors.isEmpty()) {
      EntryError first = errors.get(0);
      why.append(
          ", %d with errors; %s: %s"
              .formatted(errors.size() + moreErrors, first.where(), first.error().getMessage()));
    }
    hints.stream().findFirst().ifPresent(hint -> why.append("; ").append(hint));
    return why.toString();
  }
}
