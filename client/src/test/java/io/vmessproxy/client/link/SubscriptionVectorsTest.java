package io.vmessproxy.client.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases {@code subscriptions} of share-links.json. */
final class SubscriptionVectorsTest {
  static Stream<Arguments> bodies() {
    return LinkVectors.cases("subscriptions", "id");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void readsABodyAsTheCaseSays(String id, JsonObject vector) {
    byte[] body = vector.get("body").getAsString().getBytes(StandardCharsets.UTF_8);
    if (vector.has("error")) {
      LinkException error =
          catchThrowableOfType(LinkException.class, () -> Subscription.read(body));

      assertThat(error.code()).isEqualTo(vector.getAsJsonObject("error").get("code").getAsString());
      return;
    }

    Subscription.Content content = Subscription.read(body);

    assertThat(content.nodes())
        .extracting(Node::name)
        .isEqualTo(LinkVectors.strings(vector.get("names")));
    assertThat(content.otherProtocols()).isEqualTo(vector.get("skippedOtherProtocols").getAsInt());
    assertThat(content.errors())
        .extracting(SubscriptionVectorsTest::shown)
        .containsExactlyElementsOf(errors(vector));
    if (vector.has("nodes")) {
      List<Map<String, JsonElement>> nodes = new ArrayList<>();
      vector.getAsJsonArray("nodes").forEach(node -> nodes.add(whole(node.getAsJsonObject())));
      assertThat(content.nodes())
          .extracting(node -> whole(NodeJson.of(node)))
          .containsExactlyElementsOf(nodes);
    }
    assertThat(content.comments()).isEqualTo(comments(id));
  }

  /** The title and the quota are read where those of HTTP are. */
  private static Map<String, String> comments(String id) {
    return id.equals("sub-plain-crlf-comments")
        ? Map.of(
            "profile-title", "base64:TXkgUHJvdmlkZXI=",
            "subscription-userinfo", "upload=1; download=2; total=10; expire=0")
        : Map.of();
  }

  private static String shown(Subscription.EntryError error) {
    String number = error.where().replaceAll("\\D", "");
    return number + " " + error.error().code() + " " + error.error().field();
  }

  private static List<String> errors(JsonObject vector) {
    List<String> errors = new ArrayList<>();
    for (JsonElement each : vector.getAsJsonArray("lineErrors")) {
      JsonObject error = each.getAsJsonObject();
      JsonElement field = error.get("field");
      errors.add(
          error.get(error.has("line") ? "line" : "index").getAsString()
              + " "
              + error.get("code").getAsString()
              + " "
              + (field.isJsonNull() ? "null" : field.getAsString()));
    }
    return errors;
  }

  /** The case's own fields, and the default of each other; mux is ours. */
  private static Map<String, JsonElement> whole(JsonObject node) {
    Map<String, JsonElement> fields = new TreeMap<>(LinkVectors.defaults().asMap());
    fields.put("mux", new JsonPrimitive(0));
    fields.putAll(node.asMap());
    return fields;
  }
}
