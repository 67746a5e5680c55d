package io.vmessproxy.client.link;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;

/** JSON as it is written here: UTF-8 that is not escaped, nothing for the sake of HTML. */
final class JsonText {
  private static final Gson COMPACT =
      new GsonBuilder().disableHtmlEscaping().serializeNulls().create();
  private static final Gson PRETTY =
      new GsonBuilder().disableHtmlEscaping().serializeNulls().setPrettyPrinting().create();

  private JsonText() {}

  /** A text as JSON has it: in quotes. */
  static String of(String text) {
    return of(new JsonPrimitive(text));
  }

  /** On one line. */
  static String of(JsonElement element) {
    return COMPACT.toJson(element);
  }

  /** For people: on many lines, without one at the end. */
  static String pretty(JsonElement element) {
    return PRETTY.toJson(element);
  }

  /** A value kept as text; what is no JSON is a text. */
  static JsonElement element(String json) {
    try {
      return JsonParser.parseString(json);
    } catch (JsonParseException e) {
      return new JsonPrimitive(json);
    }
  }
}
