package io.vmessproxy.client.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A hundred slips in each body end in nodes or in a sentence, and nothing else. */
final class SubscriptionMutationTest {
  private static final int MUTATIONS = 100;
  private static final long SEED = 4;
  private static final Set<String> SECRETS = Set.of("63244d53ad4f", "9e1b4c558a77");

  static Stream<Arguments> bodies() {
    return LinkVectors.cases("subscriptions", "id");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void hasNodesOrASentence(String id, JsonObject vector) {
    String body = vector.get("body").getAsString();
    Random random = new Random(SEED);
    for (int i = 0; i < MUTATIONS; i++) {
      check(Mutation.of(body, random));
      String inside = decoded(body);
      if (inside != null) {
        check(Mutation.of(inside, random));
        check(BodyTest.base64(Mutation.of(inside, random)));
      }
    }
  }

  private static @Nullable String decoded(String body) {
    try {
      return new String(Base64Text.decode(body, 1), StandardCharsets.UTF_8);
    } catch (LinkException e) {
      return null;
    }
  }

  private static void check(String body) {
    List<String> messages = new ArrayList<>();
    try {
      Subscription.Content content = BodyTest.read(body);
      assertThat(content.nodes()).isNotEmpty();
      assertThat(new HashSet<>(content.nodes().stream().map(Node::name).toList()))
          .hasSameSizeAs(content.nodes());
      messages.addAll(content.hints());
      content.errors().forEach(error -> messages.add(String.valueOf(error.error().getMessage())));
    } catch (LinkException e) {
      messages.add(String.valueOf(e.getMessage()));
      assertThat(e.code())
          .isIn("EMPTY", "HTML_PAGE", "UNKNOWN_FORMAT", "NO_USABLE_NODE", "TOO_LARGE");
    } catch (RuntimeException | StackOverflowError e) {
      fail(body, e);
    }
    for (String message : messages) {
      assertThat(message).as(body).isNotBlank().doesNotContain("\n");
      assertThat(message.replace("-", "").toLowerCase(Locale.ROOT)).doesNotContain(SECRETS);
    }
  }
}
