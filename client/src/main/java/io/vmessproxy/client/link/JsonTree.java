package io.vmessproxy.client.link;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.ToNumberPolicy;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;

/**
 * JSON text to a tree that is worth walking: depth bounded, no name twice, numbers as they were
 * written. Errors name the path of the value they were met in.
 */
final class JsonTree {
  private static final int MAX_DEPTH = 32;
  // A value takes 130 bytes at most, beside its text.
  private static final int MAX_VALUES = 1 << 18;
  private static final int MAX_NAME_CHARS = 28;
  // Longer ones that are names all the same: pinnedPeerCertificateChainSha256.
  private static final Pattern LONG_NAME = Pattern.compile("[a-zA-Z]{1,40}[0-9]{0,3}");

  private final JsonReader in;
  private final boolean takesTwice;
  private String path = "";
  private int values;

  private JsonTree(String text, boolean takesTwice) {
    this.in = new JsonReader(new StringReader(TolerantJson.strict(text)));
    in.setStrictness(Strictness.STRICT);
    this.takesTwice = takesTwice;
  }

  /**
   * Reads one JSON value, with the liberties of {@link TolerantJson}.
   *
   * @throws SettingsException if it is not JSON, nested too deep, or has a name twice
   */
  static JsonElement read(String text) {
    return new JsonTree(text, false).read();
  }

  /**
   * Reads one JSON value that a program wrote, not the user: of a name that is there twice, the
   * last value counts.
   *
   * @throws SettingsException if it is not JSON, or nested too deep
   */
  static JsonElement readStrangers(String text) {
    return new JsonTree(text, true).read();
  }

  private JsonElement read() {
    try {
      JsonElement root = value("", 0);
      if (in.peek() != JsonToken.END_DOCUMENT) {
        throw new SettingsException("JSON: more text after its end (expected: one value)");
      }
      return root;
    } catch (EOFException e) {
      throw new SettingsException(
          "JSON: it ends too early%s (expected: every bracket, brace and quote closed)"
              .formatted(inside()));
    } catch (MalformedJsonException | NumberFormatException e) {
      throw new SettingsException(
          "JSON: not well-formed%s%s (expected: names and texts in double quotes, commas between)"
              .formatted(position(e), inside()));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a text in memory has no other way to fail
    }
  }

  private JsonElement value(String at, int depth) throws IOException {
    path = at;
    if (++values > MAX_VALUES) {
      throw new SettingsException(
          "JSON: too much in it (expected: at most " + MAX_VALUES + " values)");
    }
    JsonToken token = in.peek();
    if (depth == MAX_DEPTH && (token == JsonToken.BEGIN_ARRAY || token == JsonToken.BEGIN_OBJECT)) {
      throw new SettingsException(
          "JSON: nested too deep (expected: at most " + MAX_DEPTH + " levels)");
    }
    return switch (token) {
      case BEGIN_OBJECT -> object(at, depth);
      case BEGIN_ARRAY -> array(at, depth);
      case STRING -> new JsonPrimitive(in.nextString());
      case NUMBER -> new JsonPrimitive(ToNumberPolicy.LAZILY_PARSED_NUMBER.readNumber(in));
      case BOOLEAN -> new JsonPrimitive(in.nextBoolean());
      case NULL -> {
        in.nextNull();
        yield JsonNull.INSTANCE;
      }
      case END_ARRAY, END_OBJECT, NAME, END_DOCUMENT ->
          throw new MalformedJsonException("no value");
    };
  }

  private JsonObject object(String at, int depth) throws IOException {
    JsonObject object = new JsonObject();
    in.beginObject();
    while (in.hasNext()) {
      String name = in.nextName();
      String below = member(at, name);
      if (!takesTwice && object.has(name)) {
        throw new SettingsException(below + ": given twice (expected: once)");
      }
      object.add(name, value(below, depth + 1));
      path = at;
    }
    in.endObject();
    return object;
  }

  private JsonArray array(String at, int depth) throws IOException {
    JsonArray array = new JsonArray();
    in.beginArray();
    while (in.hasNext()) {
      array.add(value(at + "[" + array.size() + "]", depth + 1));
      path = at;
    }
    in.endArray();
    return array;
  }

  /** The path of a member. A name that does not look like one may be an id, so it is masked. */
  static String member(String at, String name) {
    boolean plausible =
        !name.isEmpty()
            && (name.length() <= MAX_NAME_CHARS
                ? name.chars().allMatch(c -> c == '_' || (c < 0x80 && Character.isLetterOrDigit(c)))
                : LONG_NAME.matcher(name).matches());
    String shown = plausible ? name : Masked.secret(name);
    return at.isEmpty() ? shown : at + "." + shown;
  }

  private String inside() {
    return path.isEmpty() ? "" : ", in " + path;
  }

  /** Where gson was: it tells only in its message, behind " at line ". */
  private static String position(Exception e) {
    String message = String.valueOf(e.getMessage());
    int start = message.indexOf(" at line ");
    int end = message.indexOf(" path ", Math.max(start, 0));
    return start < 0 || end < 0 ? "" : message.substring(start, end).replace(" column", ", column");
  }
}
