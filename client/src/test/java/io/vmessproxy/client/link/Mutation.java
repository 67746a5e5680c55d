package io.vmessproxy.client.link;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;

/** Links with the slips that copying and gluing make: something cut, doubled, changed or lost. */
final class Mutation {
  private static final String PIECES =
      "{}[]\",:/?#&=@%+-_.;|\\ \n\r\t0123456789abcxyzABCnulltrue*<>'\u0000\u202e\ufeff\uffffé";

  private Mutation() {}

  /** The text with one to four changes. */
  static String of(String text, Random random) {
    StringBuilder changed = new StringBuilder(text);
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes && !changed.isEmpty(); i++) {
      int at = random.nextInt(changed.length());
      int end = Math.min(changed.length(), at + 1 + random.nextInt(20));
      char piece = PIECES.charAt(random.nextInt(PIECES.length()));
      switch (random.nextInt(6)) {
        case 0 -> changed.setCharAt(at, piece);
        case 1 -> changed.insert(at, piece);
        case 2 -> changed.delete(at, end);
        case 3 -> changed.insert(at, changed.substring(at, end));
        case 4 -> changed.setCharAt(at, (char) (changed.charAt(at) ^ (1 << random.nextInt(7))));
        default -> changed.setLength(at);
      }
    }
    return changed.toString();
  }

  /** The link with such changes in what its base64 holds; a link without base64 as it is. */
  static String inside(String link, Random random) {
    String body = link.substring("vmess://".length());
    if (body.contains("@")) {
      return of(link, random);
    }
    int end = body.indexOf('?') < 0 ? body.length() : body.indexOf('?');
    end = body.indexOf('#') < 0 ? end : Math.min(end, body.indexOf('#'));
    String content =
        new String(Base64Text.decode(body.substring(0, end), 1), StandardCharsets.UTF_8);
    byte[] changed = of(content, random).getBytes(StandardCharsets.UTF_8);
    return "vmess://" + Base64.getEncoder().encodeToString(changed) + body.substring(end);
  }
}
