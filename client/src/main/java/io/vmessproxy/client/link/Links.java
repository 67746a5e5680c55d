package io.vmessproxy.client.link;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Share links of all dialects: which one it is, is decided here; a class each reads them into a
 * {@link RawNode}, which is then checked.
 */
public final class Links {
  private static final int MAX_CHARS = 16 << 10;
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://");
  private static final String EXPECTED = "(expected: a link, as in vmess://eyJ2Ijoi...)";
  private static final String CHINESE = "GB18030";

  private final List<String> warnings = new ArrayList<>();

  private Links() {}

  /**
   * A link, read.
   *
   * @param warnings codes: {@code LEGACY_ALTER_ID}...
   */
  public record Read(Node node, List<String> warnings) {
    public Read {
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * Reads one link; blanks, a byte order mark and a pair of quotes or angle brackets around it do
   * not matter.
   *
   * @throws LinkException if it is none, or what it tells is wrong
   */
  public static Read read(String link) {
    if (link.length() > MAX_CHARS) {
      throw new LinkException(
          "TOO_LONG",
          null,
          "character %d: the link goes on (expected: at most %d characters)"
              .formatted(MAX_CHARS + 1, MAX_CHARS));
    }
    Links links = new Links();
    Node node = links.raw(link).check(links.warnings);
    return new Read(node, links.warnings.stream().distinct().toList());
  }

  private RawNode raw(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isAround(text.charAt(from))) {
      from++;
    }
    while (to > from && isAround(text.charAt(to - 1))) {
      to--;
    }
    if (to - from >= 2 && isPair(text.charAt(from), text.charAt(to - 1))) {
      from++;
      to--;
    }
    String link = text.substring(from, to).strip();
    from += text.substring(from, to).indexOf(link);
    if (link.isEmpty()) {
      throw new LinkException("EMPTY", null, "character 1: nothing there " + EXPECTED);
    }
    return raw(link, from);
  }

  private static boolean isAround(char c) {
    return Character.isWhitespace(c) || c == '\ufeff' || c == '\u00a0';
  }

  private static boolean isPair(char first, char last) {
    return (first == '<' && last == '>') || (first == last && "\"'`".indexOf(first) >= 0);
  }

  private RawNode raw(String link, int skipped) {
    Matcher scheme = SCHEME.matcher(link);
    if (!scheme.lookingAt()) {
      if (ConfigLine.matches(link)) {
        return ConfigLine.read(link);
      }
      throw new LinkException(
          "NOT_A_LINK",
          null,
          "character %d: no link begins so %s".formatted(skipped + 1, EXPECTED));
    }
    String name = scheme.group(1).toLowerCase(Locale.ROOT);
    if (!name.equals("vmess") && !name.equals("vmess1")) {
      throw new LinkException(
          "UNSUPPORTED_SCHEME",
          null,
          "character %d: %s is another protocol, not supported here (expected: vmess://...)"
              .formatted(skipped + 1, Quoted.value(name + "://")));
    }
    LinkParts parts = LinkParts.cut(link, name, skipped);
    if (parts.body().isBlank()) {
      throw new LinkException(
          "EMPTY",
          null,
          "character %d: nothing behind %s:// %s".formatted(parts.bodyAt(), name, EXPECTED));
    }
    return parts.body().indexOf('@') >= 0 ? UriLink.read(parts, warnings) : decoded(parts);
  }

  private RawNode decoded(LinkParts link) {
    String content = text(Base64Text.decode(link.body(), link.bodyAt()));
    if (content.startsWith("{")) {
      return V2raynLink.read(content, link.fragment());
    }
    if (RocketLink.matches(content)) {
      return RocketLink.read(content, link, warnings);
    }
    if (ConfigLine.matches(content)) {
      return ConfigLine.read(content);
    }
    String found =
        "character %d: the base64 holds %s (expected: a JSON object with add, port and id)";
    if (content.isEmpty()) {
      throw new LinkException("EMPTY", null, found.formatted(link.bodyAt(), "nothing"));
    }
    throw LinkJson.isOtherJson(content)
        ? new LinkException("NOT_OBJECT", null, found.formatted(link.bodyAt(), "other JSON"))
        : new LinkException("UNKNOWN_CONTENT", null, found.formatted(link.bodyAt(), "other text"));
  }

  /** UTF-8; or what old tools of Windows wrote, in which names alone are not ASCII. */
  private String text(byte[] bytes) {
    String text = strictly(StandardCharsets.UTF_8, bytes);
    if (text == null) {
      warnings.add("BAD_UTF8");
      text = Charset.isSupported(CHINESE) ? strictly(Charset.forName(CHINESE), bytes) : null;
    }
    if (text == null) {
      text = new String(bytes, StandardCharsets.UTF_8);
    }
    return (text.startsWith("\ufeff") ? text.substring(1) : text).strip();
  }

  private static @Nullable String strictly(Charset charset, byte[] bytes) {
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
