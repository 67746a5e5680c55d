package io.vmessproxy.client.link;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.vmessproxy.client.settings.Numbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An object of a configuration, read by name. Null is as good as nothing, as in V2Ray.
 *
 * <p>Strict in a file that the user gave: a wrong type is a {@link
 * io.vmessproxy.client.settings.SettingsException} that begins with its path, an unknown name a
 * warning. Tolerant in what a provider sent: a value is taken for what it seems to mean, or for
 * nothing.
 */
final class Fields {
  /** Longer than any value that is meant; as long as a link may be. */
  static final int MAX_CHARS = 16 << 10;

  private static final int MAX_ITEMS = 64;
  private static final Set<String> TRUE = Set.of("1", "true", "yes", "on");

  private final String path;
  private final JsonObject object;
  private final @Nullable UnknownNames unknown; // null: tolerant

  private Fields(String path, JsonObject object, @Nullable UnknownNames unknown) {
    this.path = path;
    this.object = object;
    this.unknown = unknown;
  }

  /**
   * Of the user's own file.
   *
   * @param path where the object stands
   */
  static Fields strict(String path, JsonObject object, UnknownNames unknown) {
    return new Fields(path, object, unknown);
  }

  /** Of a stranger's. */
  static Fields tolerant(JsonObject object) {
    return new Fields("", object, null);
  }

  /** Where a member stands. */
  String at(String name) {
    return JsonTree.member(path, name);
  }

  /** Reports, where that is asked for, what is neither known nor used. */
  void report(Set<String> known, Set<String> unused) {
    if (unknown != null) {
      unknown.report(path, object, known, unused);
    }
  }

  /** Reports that a member has no effect. */
  void reportUnused(String name, String why) {
    if (unknown != null) {
      unknown.warn(at(name) + ": " + why + ", not used");
    }
  }

  boolean isEmpty() {
    return object.isEmpty();
  }

  boolean has(String name) {
    return value(name) != null;
  }

  /** The first of these names that there is; the first of all if there is none. */
  String present(String... names) {
    for (String name : names) {
      if (has(name)) {
        return name;
      }
    }
    return names[0];
  }

  /** Empty: there is none. */
  String text(String... names) {
    String name = present(names);
    JsonElement value = value(name);
    if (value == null) {
      return "";
    }
    return unknown == null ? loose(name, value) : JsonValues.string(at(name), value, "text");
  }

  /** A list of texts; one text stands for those between its commas. */
  List<String> texts(String... names) {
    String name = present(names);
    JsonElement value = value(name);
    List<String> texts = new ArrayList<>();
    if (value instanceof JsonArray array) {
      for (int i = 0; i < array.size() && (i < MAX_ITEMS || unknown != null); i++) {
        texts.add(
            unknown == null
                ? loose(name, array.get(i))
                : JsonValues.string(at(name) + "[" + i + "]", array.get(i), "text"));
      }
    } else {
      texts.addAll(List.of(text(name).split(",", MAX_ITEMS)));
    }
    texts.replaceAll(String::strip);
    texts.removeIf(String::isEmpty);
    return texts;
  }

  boolean flag(String name) {
    JsonElement value = value(name);
    if (value == null) {
      return false;
    }
    return unknown == null
        ? TRUE.contains(loose(name, value).toLowerCase(Locale.ROOT))
        : JsonValues.bool(at(name), value);
  }

  /** A number from 0 to {@code max}; 0: there is none. */
  int number(String name, int max) {
    JsonElement value = value(name);
    if (value == null) {
      return 0;
    }
    if (unknown != null) {
      return Numbers.read(at(name), JsonValues.number(at(name), value, "0.." + max), 0, max);
    }
    try {
      return (int) Math.max(0, Math.min(max, Double.parseDouble(loose(name, value))));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** A number as it is written; empty: there is none. */
  String numeral(String name) {
    JsonElement value = value(name);
    if (value == null) {
      return "";
    }
    return unknown == null ? loose(name, value) : JsonValues.number(at(name), value, "a number");
  }

  /** An object below, empty if there is none. */
  Fields child(String... names) {
    String name = present(names);
    JsonElement value = value(name);
    if (value == null || (unknown == null && !(value instanceof JsonObject))) {
      return new Fields(at(name), new JsonObject(), unknown);
    }
    return new Fields(at(name), JsonValues.object(at(name), value), unknown);
  }

  /** A list of objects; one stands for a list of it. */
  List<Fields> children(String name) {
    JsonElement value = value(name);
    List<Fields> children = new ArrayList<>();
    if (value instanceof JsonObject one) {
      children.add(new Fields(at(name), one, unknown));
    } else if (value instanceof JsonArray array) {
      for (int i = 0; i < array.size(); i++) {
        String item = at(name) + "[" + i + "]";
        if (unknown != null || array.get(i) instanceof JsonObject) {
          children.add(new Fields(item, JsonValues.object(item, array.get(i)), unknown));
        }
      }
    } else if (value != null && unknown != null) {
      JsonValues.array(at(name), value, "list");
    }
    return children;
  }

  /**
   * Headers: an object whose values are texts or lists of them, or a list of {@code key} and {@code
   * value}.
   */
  Map<String, List<String>> headers(String... names) {
    String name = present(names);
    Map<String, List<String>> headers = new LinkedHashMap<>();
    if (value(name) instanceof JsonArray) {
      for (Fields pair : children(name)) {
        headers.put(pair.text("key"), List.of(pair.text("value")));
      }
      return headers;
    }
    Fields all = child(name);
    for (String header : all.object.keySet()) {
      if (headers.size() == MAX_ITEMS) {
        break;
      }
      List<String> values =
          all.value(header) instanceof JsonArray
              ? all.texts(header)
              : List.of(all.text(header).strip());
      headers.put(header, values);
    }
    return headers;
  }

  private @Nullable JsonElement value(String name) {
    JsonElement value = object.get(name);
    return value == null || value.isJsonNull() ? null : value;
  }

  private static String loose(String name, JsonElement value) {
    String text = value instanceof JsonObject ? "" : LinkJson.text(value);
    if (text.length() > MAX_CHARS) {
      throw new LinkException(
          "TOO_LONG",
          name,
          "%s: %d characters (expected: at most %d)".formatted(name, text.length(), MAX_CHARS));
    }
    return text;
  }
}
