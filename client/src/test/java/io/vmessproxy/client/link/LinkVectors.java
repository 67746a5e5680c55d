package io.vmessproxy.client.link;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The cases of {@code share-links.json}. */
final class LinkVectors {
  private static final JsonObject ALL = read();

  private LinkVectors() {}

  private static JsonObject read() {
    try (Reader in =
        new InputStreamReader(
            Objects.requireNonNull(
                LinkVectors.class.getResourceAsStream("/vectors/share-links.json")),
            StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(in).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The cases of a part with their names. */
  static Stream<Arguments> cases(String part, String name) {
    List<Arguments> cases = new ArrayList<>();
    for (JsonElement each : part(part)) {
      cases.add(Arguments.of(each.getAsJsonObject().get(name).getAsString(), each));
    }
    return cases.stream();
  }

  static JsonArray part(String part) {
    return ALL.getAsJsonArray(part);
  }

  /** What a node has where a case does not say. */
  static JsonObject defaults() {
    return ALL.getAsJsonObject("nodeDefaults").deepCopy();
  }

  /** The links that can be read. */
  static List<String> links() {
    List<String> links = new ArrayList<>();
    part("links").forEach(each -> links.add(each.getAsJsonObject().get("link").getAsString()));
    return links;
  }

  static String link(String id) {
    for (JsonElement each : part("links")) {
      if (each.getAsJsonObject().get("id").getAsString().equals(id)) {
        return each.getAsJsonObject().get("link").getAsString();
      }
    }
    throw new IllegalArgumentException(id);
  }

  static List<String> strings(JsonElement array) {
    List<String> strings = new ArrayList<>();
    array.getAsJsonArray().forEach(each -> strings.add(each.getAsString()));
    return strings;
  }
}
