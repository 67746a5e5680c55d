package io.vmessproxy.client.link;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;

/** JSON values as what they should be, or else an exception that begins with their path. */
final class JsonValues {
  private JsonValues() {}

  static JsonElement require(String path, JsonObject object, String name) {
    JsonElement value = object.get(name);
    if (value == null) {
      throw new SettingsException(JsonTree.member(path, name) + ": missing (it is required)");
    }
    return value;
  }

  static JsonObject object(String path, JsonElement value) {
    if (value instanceof JsonObject object) {
      return object;
    }
    throw new SettingsException(path + ": " + shown(value) + " (expected: an object, {...})");
  }

  static JsonArray array(String path, JsonElement value, String what) {
    if (value instanceof JsonArray array) {
      return array;
    }
    throw new SettingsException(path + ": " + shown(value) + " (expected: a " + what + ", [...])");
  }

  static void requireSome(String path, JsonArray array, String what) {
    if (array.isEmpty()) {
      throw new SettingsException(path + ": empty (expected: at least one " + what + ")");
    }
  }

  static String string(String path, JsonElement value, String what) {
    if (value instanceof JsonPrimitive primitive && primitive.isString()) {
      return primitive.getAsString();
    }
    throw new SettingsException(
        path + ": " + shown(value) + " (expected: a " + what + " in double quotes)");
  }

  /** The text of a number, or of a string in its place: both are found in users' files. */
  static String number(String path, JsonElement value, String expected) {
    if (value instanceof JsonPrimitive primitive && !primitive.isBoolean()) {
      return primitive.getAsString();
    }
    throw new SettingsException(path + ": " + shown(value) + " (expected: " + expected + ")");
  }

  static boolean bool(String path, JsonElement value) {
    if (value instanceof JsonPrimitive primitive && primitive.isBoolean()) {
      return primitive.getAsBoolean();
    }
    throw new SettingsException(path + ": " + shown(value) + " (expected: true or false)");
  }

  /** A value as a message may repeat it. */
  static String shown(JsonElement value) {
    if (value instanceof JsonObject) {
      return "an object";
    }
    if (value instanceof JsonArray) {
      return "a list";
    }
    // A string in a wrong place may be an id.
    return value instanceof JsonPrimitive primitive && primitive.isString()
        ? '"' + Masked.secret(primitive.getAsString()) + '"'
        : Masked.plain(value.toString());
  }
}
