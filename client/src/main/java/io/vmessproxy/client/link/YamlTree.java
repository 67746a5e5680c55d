package io.vmessproxy.client.link;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.vmessproxy.client.settings.Masked;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.comments.CommentLine;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * A stranger's YAML as the same values that JSON has. Every scalar is a text, as it is written, and
 * tags are passed over: nothing is made of them. Aliases and merge keys are followed, as far as
 * what comes out is no larger than what goes in might be.
 */
final class YamlTree {
  private static final int MAX_DEPTH = 32;
  // A node takes about 200 bytes beside its text.
  private static final int MAX_NODES = 1 << 18;
  private static final int MAX_ALIASES = 1 << 17;
  private static final int MAX_KEYS = 256;

  private int values;

  private YamlTree() {}

  /**
   * Reads the first document, a mapping.
   *
   * @param wanted the keys at its top that are looked at
   * @throws LinkException {@code UNKNOWN_FORMAT} if it is no YAML, or too much
   */
  static JsonObject read(String text, Set<String> wanted) {
    try {
      JsonObject object = new JsonObject();
      if (compose(printable(text)) instanceof MappingNode root) {
        YamlTree tree = new YamlTree();
        for (NodeTuple tuple : root.getValue()) {
          if (tuple.getKeyNode() instanceof ScalarNode key && wanted.contains(key.getValue())) {
            object.add(key.getValue(), tree.value(tuple.getValueNode(), 1));
          }
        }
      }
      return object;
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      throw unreadable("line " + line + ": " + Masked.plain(String.valueOf(e.getProblem())));
    } catch (YAMLException | IllegalArgumentException e) {
      throw unreadable(Masked.plain(String.valueOf(e.getMessage())));
    }
  }

  private static LinkException unreadable(String why) {
    return new LinkException(
        "UNKNOWN_FORMAT", null, "the YAML cannot be read: " + why + " (expected: Clash's proxies)");
  }

  /** Control characters, which YAML does not have, need not spoil all of it. */
  private static String printable(String text) {
    if (StreamReader.isPrintable(text)) {
      return text;
    }
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> StreamReader.isPrintable(c) ? c : '\ufffd')
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  private static @Nullable Node compose(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Subscription.MAX_BYTES);
    options.setMaxAliasesForCollections(MAX_ALIASES);
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setTagInspector(tag -> true); // No tag has any effect.
    Composer composer =
        new BoundedComposer(new ParserImpl(new StreamReader(text), options), options);
    return composer.checkNode() ? composer.getNode() : null;
  }

  /** Counts, so that a text of many small things does not fill the memory. */
  private static final class BoundedComposer extends Composer {
    private int nodes;

    BoundedComposer(ParserImpl parser, LoaderOptions options) {
      super(parser, new PlainTexts(), options);
    }

    @Override
    protected Node composeScalarNode(String anchor, List<CommentLine> blockComments) {
      count();
      return super.composeScalarNode(anchor, blockComments);
    }

    @Override
    protected Node composeSequenceNode(String anchor) {
      count();
      return super.composeSequenceNode(anchor);
    }

    @Override
    protected Node composeMappingNode(String anchor) {
      count();
      return super.composeMappingNode(anchor);
    }

    private void count() {
      if (++nodes > MAX_NODES) {
        throw new YAMLException("more than " + MAX_NODES + " values");
      }
    }
  }

  /** Knows nothing and merge keys; all else is a text: an id may look like a number. */
  private static final class PlainTexts extends Resolver {
    @Override
    protected void addImplicitResolvers() {
      addImplicitResolver(Tag.MERGE, MERGE, "<", 2);
      addImplicitResolver(Tag.NULL, NULL, "~nN\0", 4);
      addImplicitResolver(Tag.NULL, EMPTY, null, 1);
    }
  }

  private JsonElement value(Node node, int depth) {
    if (depth > MAX_DEPTH || ++values > MAX_NODES) {
      throw new YAMLException("its aliases make it too large or too deep");
    }
    if (node instanceof ScalarNode scalar) {
      return scalar.getTag().equals(Tag.NULL)
          ? JsonNull.INSTANCE
          : new JsonPrimitive(scalar.getValue());
    }
    if (node instanceof SequenceNode sequence) {
      JsonArray array = new JsonArray();
      for (Node item : sequence.getValue()) {
        array.add(value(item, depth + 1));
      }
      return array;
    }
    JsonObject object = new JsonObject();
    if (node instanceof MappingNode mapping) {
      addMembers(object, mapping, depth);
    }
    return object;
  }

  /** Its own members first: they win over what is merged in. */
  private void addMembers(JsonObject object, MappingNode mapping, int depth) {
    for (NodeTuple tuple : mapping.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode key
          && !key.getTag().equals(Tag.MERGE)
          && object.size() < MAX_KEYS
          && !object.has(key.getValue())) {
        object.add(key.getValue(), value(tuple.getValueNode(), depth + 1));
      }
    }
    for (NodeTuple tuple : mapping.getValue()) {
      if (tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
        merge(object, tuple.getValueNode(), depth + 1);
      }
    }
  }

  private void merge(JsonObject object, Node from, int depth) {
    if (depth > MAX_DEPTH || ++values > MAX_NODES) {
      throw new YAMLException("its merge keys make it too large or too deep");
    }
    if (from instanceof MappingNode mapping) {
      addMembers(object, mapping, depth);
    } else if (from instanceof SequenceNode sequence) {
      for (Node each : sequence.getValue()) {
        merge(object, each, depth + 1);
      }
    }
  }
}
