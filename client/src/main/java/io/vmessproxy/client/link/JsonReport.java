package io.vmessproxy.client.link;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.Map;

/** What a command reports to programs: JSON, as text that no terminal takes for anything else. */
public final class JsonReport {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().serializeNulls().disableHtmlEscaping().create();

  private JsonReport() {}

  /**
   * The text of an object, in lines.
   *
   * @param object of maps, lists, strings, numbers, booleans and nulls
   */
  public static String of(Map<String, ?> object) {
    String text = GSON.toJson(object);
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // gson leaves the second set of control characters as it is; they stand in strings only.
      if (c >= 0x7f && c <= 0x9f) {
        escaped.append("\\u%04x".formatted((int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }
}
