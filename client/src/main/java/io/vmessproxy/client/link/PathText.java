package io.vmessproxy.client.link;

import io.vmessproxy.client.settings.PercentText;
import io.vmessproxy.client.transport.TransportSettings.EarlyData;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path as links spell it, and the early data that some of them hide in its query.
 *
 * @param path begins with a slash, without {@code ed} and {@code eh} if they were looked for
 * @param earlyData what they said; null: nothing
 */
public record PathText(String path, @Nullable EarlyData earlyData) {
  private static final String SIZE = "ed=";
  private static final String HEADER = "eh=";
  private static final int MAX_DIGITS = 9;

  /** A path with a slash before it, and without an encoding too many. */
  static String plain(String text) {
    String path = UriComponent.startsWithEncodedSlash(text) ? PercentText.decode(text) : text;
    return path.startsWith("/") ? path : "/" + path;
  }

  /** Takes {@code ed} and {@code eh} out of the query; the rest stays in its order. */
  public static PathText withoutEarlyData(String path) {
    int mark = path.indexOf('?');
    if (mark < 0) {
      return new PathText(path, null);
    }
    List<String> kept = new ArrayList<>();
    String size = null;
    String header = EarlyData.USUAL_HEADER;
    for (String pair : path.substring(mark + 1).split("&", -1)) {
      if (pair.startsWith(SIZE)) {
        size = size == null ? pair.substring(SIZE.length()) : size;
      } else if (pair.startsWith(HEADER)) {
        header = PercentText.decode(pair.substring(HEADER.length()));
      } else {
        kept.add(pair);
      }
    }
    if (size == null) {
      return new PathText(path, null); // eh alone says nothing, and may be the site's own.
    }
    String query = kept.isEmpty() ? "" : "?" + String.join("&", kept);
    return new PathText(path.substring(0, mark) + query, earlyData(size, header));
  }

  /**
   * Early data of so many bytes.
   *
   * @param size not a positive number: none
   * @param header empty: the usual one
   */
  static @Nullable EarlyData earlyData(String size, String header) {
    if (size.isEmpty() || size.chars().anyMatch(c -> c < '0' || c > '9')) {
      return null;
    }
    String digits = size.replaceFirst("^0+", "");
    if (digits.isEmpty()) {
      return null;
    }
    int bytes = digits.length() > MAX_DIGITS ? EarlyData.MAX_BYTES : Integer.parseInt(digits);
    return new EarlyData(
        Math.min(bytes, EarlyData.MAX_BYTES), header.isEmpty() ? EarlyData.USUAL_HEADER : header);
  }
}
