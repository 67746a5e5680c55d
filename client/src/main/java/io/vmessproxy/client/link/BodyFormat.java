package io.vmessproxy.client.link;

import io.vmessproxy.client.settings.Masked;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells the forms of a subscription's body apart, by what they look like. */
final class BodyFormat {
  private static final int NEAR_THE_START = 1024;
  private static final int MAX_TITLE_AT = 8192;
  private static final Pattern PAGE = Pattern.compile("<html|<!doctype html|<head");
  private static final Pattern TITLE =
      Pattern.compile("<title[^>]{0,100}>([^<]{1,300})", Pattern.CASE_INSENSITIVE);
  private static final Pattern CLASH =
      Pattern.compile("^(?:proxies|Proxy|proxy-providers):", Pattern.MULTILINE);
  private static final Pattern LIST =
      Pattern.compile(
          "^[ \\t]*(?:vmess1?|vless|ssr?|trojan|trojan-go|hysteria2?|hy2|tuic|wireguard|wg|socks[45]?"
              + "|snell|anytls|juicity|mieru|naive\\+https|ssh)://",
          Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

  private BodyFormat() {}

  /** Reads a text of any form, base64 around another form included, once. */
  static Subscription.Content read(String body) {
    String text = withoutMark(body);
    Subscription.Content content = plain(text);
    if (content != null) {
      return content;
    }
    String decoded = decoded(text);
    content = decoded == null ? null : plain(withoutMark(decoded));
    if (content == null) {
      throw new LinkException(
          "UNKNOWN_FORMAT",
          null,
          "it is no subscription (expected: links, base64 of links, Clash YAML, sing-box or V2Ray"
              + " JSON); is the address right?");
    }
    return content;
  }

  private static String withoutMark(String text) {
    return text.startsWith("\ufeff") ? text.substring(1) : text;
  }

  /** Null: it is of no form that is readable as it is. */
  private static Subscription.@Nullable Content plain(String text) {
    String begin = text.substring(0, Math.min(text.length(), MAX_TITLE_AT)).stripLeading();
    if (begin.isEmpty() && text.isBlank()) {
      throw new LinkException("EMPTY", null, "the subscription is empty (expected: servers)");
    }
    refusePage(begin);
    if (isJson(begin)) {
      return JsonBody.read(text);
    }
    if (CLASH.matcher(text).find()) {
      return ClashBody.read(text);
    }
    return LIST.matcher(text).find() ? ListBody.read(text) : null;
  }

  /** Comments may stand before it. */
  private static boolean isJson(String begin) {
    String json = TolerantJson.strict(begin).stripLeading();
    return json.startsWith("{") || json.startsWith("[");
  }

  private static void refusePage(String begin) {
    String start =
        begin.substring(0, Math.min(begin.length(), NEAR_THE_START)).toLowerCase(Locale.ROOT);
    if (!PAGE.matcher(start).find()) {
      return;
    }
    Matcher title = TITLE.matcher(begin);
    throw new LinkException(
        "HTML_PAGE",
        null,
        "a web page%s, not a subscription (expected: servers); has the address expired?"
            .formatted(
                title.find() ? " \"" + Masked.plain(DisplayName.of(title.group(1))) + '"' : ""));
  }

  private static @Nullable String decoded(String text) {
    try {
      byte[] bytes = Base64Text.decode(text.strip(), 1);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (LinkException | CharacterCodingException e) {
      return null; // Not base64, or not of a text.
    }
  }
}
