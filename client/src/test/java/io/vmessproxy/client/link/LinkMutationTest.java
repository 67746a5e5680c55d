package io.vmessproxy.client.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LinkMutationTest {
  private static final List<String> LINKS = LinkVectors.links();
  // A place, what stands there, and what would do.
  private static final String SENTENCE =
      "(character \\d+|[a-z]{2,4}|JSON in the base64): [^\\p{Cntrl}]+ \\(expected: [^\\p{Cntrl}]+\\)";
  private static final Set<String> SECRETS =
      Set.of("b831381d6", "4d53ad4f8", "9e1b4c558", "3f5d0a61c", "77c04b0d9", "0c2f4d1e8");

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void hasAPlaceAndAHintOrIsANode(long seed) {
    Random random = new Random(seed);
    Set<String> codes = new TreeSet<>();
    for (int round = 0; round < 12; round++) {
      for (String link : LINKS) {
        check(Mutation.of(link, random), codes);
        check(Mutation.inside(link, random), codes);
      }
    }
    assertThat(codes)
        .contains(
            "BAD_BASE64",
            "BAD_JSON",
            "BAD_HOST",
            "BAD_PORT",
            "BAD_UUID",
            "MISSING_FIELD",
            "NOT_A_LINK",
            "UNKNOWN_CONTENT",
            "UNSUPPORTED_CIPHER",
            "UNSUPPORTED_TRANSPORT",
            "node");
  }

  private static void check(String link, Set<String> codes) {
    try {
      Node node = Links.read(link).node();
      codes.add("node");
      assertThat(node.name()).isNotEmpty().doesNotContain("\n", "\u0000", "\u202e");
      assertThat(Links.read(Exports.link(node).text()).node().uuid()).isEqualTo(node.uuid());
      Exports.json(List.of(node));
      Exports.vnext(List.of(node));
      server(node);
    } catch (LinkException e) {
      codes.add(e.code());
      assertThat(e.getMessage()).as(link).matches(SENTENCE);
      String joined = e.getMessage().replace("-", "").toLowerCase(Locale.ROOT);
      assertThat(joined).as(link).doesNotContain(SECRETS);
    } catch (RuntimeException | StackOverflowError e) {
      fail(link, e);
    }
  }

  private static void server(Node node) {
    try {
      assertThat(Nodes.nodes(Nodes.server(node))).hasSize(1);
    } catch (LinkException e) {
      assertThat(node.transport().kind()).isIn("kcp", "xhttp");
    }
  }
}
