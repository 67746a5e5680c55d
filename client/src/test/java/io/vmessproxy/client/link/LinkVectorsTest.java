package io.vmessproxy.client.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class LinkVectorsTest {
  static Stream<Arguments> links() {
    return LinkVectors.cases("links", "id");
  }

  static Stream<Arguments> malformed() {
    return LinkVectors.cases("malformed", "id");
  }

  static Stream<Arguments> roundTrip() {
    return LinkVectors.cases("roundTrip", "fromLink");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("links")
  void isReadAsTheCaseSays(String id, JsonObject vector) {
    Links.Read read = Links.read(vector.get("link").getAsString());

    assertThat(withDefaults(NodeJson.of(read.node())))
        .isEqualTo(withDefaults(vector.getAsJsonObject("expect")));
    assertThat(read.warnings())
        .containsExactlyInAnyOrderElementsOf(LinkVectors.strings(vector.get("warnings")));
  }

  /** The case's own fields, and the default of each other; mux is ours. */
  private static Map<String, JsonElement> withDefaults(JsonObject node) {
    Map<String, JsonElement> fields = new TreeMap<>(LinkVectors.defaults().asMap());
    fields.put("mux", new JsonPrimitive(0));
    fields.putAll(node.asMap());
    return fields;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void isRefusedAsTheCaseSays(String id, JsonObject vector) {
    JsonObject expected = vector.getAsJsonObject("error");

    LinkException error =
        catchThrowableOfType(
            LinkException.class, () -> Links.read(vector.get("link").getAsString()));

    assertThat(error.code()).isEqualTo(expected.get("code").getAsString());
    JsonElement field = expected.get("field");
    assertThat(error.field()).isEqualTo(field.isJsonNull() ? null : field.getAsString());
    assertThat(error.getMessage()).contains("(expected: ").doesNotContain("\n");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("roundTrip")
  void isWrittenAsTheCaseSays(String id, JsonObject vector) {
    Node node = Links.read(LinkVectors.link(id)).node();

    Exports.Export export = Exports.link(node);

    assertThat(JsonText.of(V2raynExport.json(node)))
        .isEqualTo(vector.get("exportedJson").getAsString());
    assertThat(export.text()).isEqualTo(vector.get("exportedLink").getAsString());
    assertThat(export.lossy()).isEqualTo(LinkVectors.strings(vector.get("lossy")));
  }

  /** What is written is read as the same node, but for what the export itself says is lost. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("links")
  void comesBackFromALinkAndFromAUri(String id, JsonObject vector) {
    Node node = Links.read(vector.get("link").getAsString()).node();

    assertThat(comesBack(node, Exports.link(node))).isTrue();
    if (node.alterId() == 0) {
      assertThat(comesBack(node, Exports.uri(node))).isTrue();
    }
  }

  private static boolean comesBack(Node node, Exports.Export export) {
    Node again = Links.read(export.text()).node();
    JsonObject before = NodeJson.of(node);
    JsonObject after = NodeJson.of(again);
    for (String lost : export.lossy()) {
      assertThat(before.remove(lost)).isNotEqualTo(after.remove(lost));
    }
    assertThat(withoutTypes(after)).isEqualTo(withoutTypes(before));
    return true;
  }

  /** A URI has no numbers: an extra comes back as text. */
  private static JsonObject withoutTypes(JsonObject node) {
    JsonObject extras = node.getAsJsonObject("extras");
    for (String key : List.copyOf(extras.keySet())) {
      extras.addProperty(key, LinkJson.text(extras.get(key)));
    }
    return node;
  }

  @Test
  void allCasesAreRun() {
    assertThat(LinkVectors.part("links")).hasSize(55);
    assertThat(LinkVectors.part("malformed")).hasSize(25);
    assertThat(LinkVectors.part("roundTrip")).hasSize(9);
    assertThat(new TreeSet<>(LinkVectors.links())).hasSize(55);
  }
}
