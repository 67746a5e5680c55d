package io.vmessproxy.client.link;

import com.google.gson.JsonElement;
import io.vmessproxy.client.settings.Masked;
import io.vmessproxy.client.settings.SettingsException;
import java.util.function.Function;

/** The two ways to give settings: JSON itself, or the name of a file that holds it. */
final class JsonOrFile {
  private JsonOrFile() {}

  /**
   * Reads what stands in the text or in its file.
   *
   * @param jsonOrFile JSON if it begins with <code>{</code> or {@code [}, else a file's name
   * @throws SettingsException if there is no such file, or what is in it is wrong; the message
   *     begins with the file's name, if there is one
   */
  static <T> T read(String jsonOrFile, Function<JsonElement, T> reader) {
    if (isJson(jsonOrFile)) {
      return parse(jsonOrFile, reader);
    }
    String text = SettingsFile.read(jsonOrFile);
    try {
      return parse(text, reader);
    } catch (SettingsException e) {
      throw new SettingsException(Masked.plain(jsonOrFile) + ": " + e.getMessage());
    }
  }

  private static boolean isJson(String text) {
    String begin = text.stripLeading();
    return begin.startsWith("{") || begin.startsWith("[");
  }

  private static <T> T parse(String text, Function<JsonElement, T> reader) {
    SettingsFile.checkSize("JSON", text.length());
    return reader.apply(JsonTree.read(text));
  }
}
