package io.vmessproxy.client.subscribe;

import io.vmessproxy.client.settings.PercentText;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a provider writes for people, as one short line without control characters. */
final class StrangersText {
  private static final int MAX_CHARS = 200;
  private static final String BASE64 = "base64:";
  // Controls, and formats: those that turn the direction of what follows are among them.
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+");
  private static final Pattern ESCAPE = Pattern.compile("%[0-9A-Fa-f]{2}");
  private static final Pattern WEB = Pattern.compile("https?://[!-~]+", Pattern.CASE_INSENSITIVE);

  private StrangersText() {}

  /** A header's text: {@code base64:...}, percent-encoded, or as it is. */
  static String decode(String header) {
    String text = utf8(header.strip());
    if (text.toLowerCase(Locale.ROOT).startsWith(BASE64)) {
      return line(base64(text.substring(BASE64.length())));
    }
    return line(ESCAPE.matcher(text).find() ? PercentText.decode(text) : text);
  }

  private static String base64(String text) {
    try {
      String standard = text.replaceAll("[\\s=]", "").replace('-', '+').replace('_', '/');
      return new String(Base64.getDecoder().decode(standard), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /** Headers come as one character a byte; providers mean UTF-8. */
  private static String utf8(String text) {
    if (text.chars().allMatch(c -> c < 0x80) || text.chars().anyMatch(c -> c > 0xff)) {
      return text;
    }
    try {
      byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return text;
    }
  }

  /** As it may stand in the log. */
  static String line(String text) {
    String shown = UNPRINTABLE.matcher(text).replaceAll(" ").strip();
    if (shown.length() <= MAX_CHARS) {
      return shown;
    }
    int end = Character.isHighSurrogate(shown.charAt(MAX_CHARS - 1)) ? MAX_CHARS - 1 : MAX_CHARS;
    return shown.substring(0, end) + "…";
  }

  /** Whether it is an address of the web, and nothing else. */
  static boolean isWebPage(String text) {
    return WEB.matcher(text).matches();
  }
}
