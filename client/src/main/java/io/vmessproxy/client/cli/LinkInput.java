package io.vmessproxy.client.cli;

import io.vmessproxy.client.link.LinkException;
import io.vmessproxy.client.link.Links;
import io.vmessproxy.client.link.Node;
import io.vmessproxy.client.link.Subscription;
import io.vmessproxy.client.settings.SettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Nodes out of links and whole subscriptions; a bad one costs that one only. */
final class LinkInput {
  private static final int MAX_BYTES = 10 << 20;
  private static final Pattern LINK = Pattern.compile("[\"'<]?[A-Za-z][A-Za-z0-9+.-]*://.*");

  private final List<Links.Read> nodes = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private int links;

  /** What could be read, in the order given. */
  List<Links.Read> nodes() {
    return nodes;
  }

  /** What could not. */
  List<String> errors() {
    return errors;
  }

  /** What was left aside. */
  List<String> notes() {
    return notes;
  }

  /** Reads a link on the command line. */
  void add(String link) {
    links++;
    try {
      nodes.add(Links.read(link));
    } catch (LinkException e) {
      errors.add(LinkArguments.message(link, links, e));
    }
  }

  /** Adds nodes that options told of. */
  void add(List<Node> told) {
    told.forEach(node -> nodes.add(new Links.Read(node, List.of())));
  }

  /** Reads links, one on each line, or a subscription's body. */
  void addAll(InputStream in) {
    byte[] body;
    try {
      body = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw new SettingsException("-: standard input cannot be read: " + e.getMessage());
    }
    if (body.length > MAX_BYTES) {
      throw new SettingsException("-: too large (expected: at most 10 MiB)");
    }
    List<String> lines = new String(body, StandardCharsets.UTF_8).lines().toList();
    if (lines.stream().allMatch(line -> isEmpty(line) || LINK.matcher(line.strip()).matches())
        && !lines.stream().allMatch(LinkInput::isEmpty)) {
      addLines(lines);
    } else {
      addBody(body);
    }
  }

  private static boolean isEmpty(String line) {
    String text = line.replace("\ufeff", "").strip();
    return text.isEmpty() || text.startsWith("#") || text.startsWith("//") || text.startsWith(";");
  }

  private void addLines(List<String> lines) {
    for (int i = 0; i < lines.size(); i++) {
      if (!isEmpty(lines.get(i))) {
        try {
          nodes.add(Links.read(lines.get(i)));
        } catch (LinkException e) {
          errors.add("-: line %d: %s".formatted(i + 1, e.getMessage()));
        }
      }
    }
  }

  private void addBody(byte[] body) {
    try {
      Subscription.Content content = Subscription.read(body);
      add(content.nodes());
      content.errors().forEach(e -> errors.add("-: " + e.where() + ": " + e.error().getMessage()));
      if (content.otherProtocols() > 0) {
        notes.add("-: left out: " + content.otherProtocols() + " of other protocols");
      }
      content.hints().forEach(hint -> notes.add("-: " + hint));
    } catch (LinkException e) {
      errors.add("-: " + e.getMessage());
    }
  }
}
