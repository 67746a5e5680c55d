package io.vmessproxy.client.link;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The JSON inside links: written by many programs, some of them by gluing texts together. */
final class LinkJson {
  private static final Pattern COLUMN = Pattern.compile(" at line (\\d+) column (\\d+)");
  private static final int MAX_NUMBER_CHARS = 40;

  private LinkJson() {}

  /**
   * Reads an object; comments, trailing commas and unescaped control characters are let pass, and
   * of two equal names the last counts.
   *
   * @throws LinkException {@code BAD_JSON}
   */
  static JsonObject object(String text) {
    JsonReader in = new JsonReader(new StringReader(TolerantJson.strict(text)));
    in.setStrictness(Strictness.LENIENT);
    JsonObject object = new JsonObject();
    try {
      in.beginObject();
      while (in.hasNext()) {
        object.add(in.nextName(), JsonParser.parseReader(in));
      }
      in.endObject();
      if (in.peek() != JsonToken.END_DOCUMENT) {
        throw bad("more text behind its end");
      }
      return object;
    } catch (IOException | IllegalStateException | NumberFormatException | JsonParseException e) {
      throw bad(where(e));
    }
  }

  /** Whether the text is JSON, though not in braces. */
  static boolean isOtherJson(String text) {
    JsonReader in = new JsonReader(new StringReader(text));
    in.setStrictness(Strictness.STRICT);
    try {
      in.skipValue();
      return in.peek() == JsonToken.END_DOCUMENT;
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      return false;
    }
  }

  /** The parser's own words are for programmers, and may repeat what stands there. */
  private static String where(Throwable e) {
    String message = String.valueOf(e.getMessage());
    String what = message.contains("End of input") ? "it ends too early" : "it is broken";
    Matcher column = COLUMN.matcher(message);
    return column.find()
        ? "%s, at line %s, column %s".formatted(what, column.group(1), column.group(2))
        : what;
  }

  private static LinkException bad(String what) {
    return new LinkException(
        "BAD_JSON",
        null,
        "JSON in the base64: %s (expected: the whole link, as it was copied)".formatted(what));
  }

  /** Any value as text: blanks gone, a list's elements with commas, null as nothing. */
  static String text(@Nullable JsonElement value) {
    if (value == null || value.isJsonNull()) {
      return "";
    }
    if (value.isJsonArray()) {
      List<String> texts = new ArrayList<>();
      value.getAsJsonArray().forEach(element -> texts.add(text(element)));
      return String.join(",", texts);
    }
    if (value instanceof JsonPrimitive primitive) {
      String text = primitive.getAsString().strip();
      return primitive.isNumber() ? number(text) : text;
    }
    return JsonText.of(value);
  }

  /** A number without the fraction that is none: 443.0. */
  private static String number(String text) {
    if (text.length() > MAX_NUMBER_CHARS) {
      return text;
    }
    try {
      BigDecimal number = new BigDecimal(text).stripTrailingZeros();
      // 1e999999999 would become so many digits.
      return Math.abs(number.scale()) > MAX_NUMBER_CHARS ? text : number.toPlainString();
    } catch (NumberFormatException e) {
      return text;
    }
  }
}
