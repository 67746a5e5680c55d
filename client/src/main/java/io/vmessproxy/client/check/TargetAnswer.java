package io.vmessproxy.client.check;

import io.vmessproxy.client.fetch.HttpGet.Answer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the answer to a check's URL says of the server that it came through. */
final class TargetAnswer {
  private static final String NOTHING_PATH = "generate_204";
  private static final int NO_CONTENT = 204;
  private static final int MAX_TITLE_CHARS = 60;
  // Possessive, and the text behind it bounded: a page cannot make it slow.
  private static final Pattern TITLE =
      Pattern.compile("<title[^>]{0,200}+>([^<]{1,500}+)<", Pattern.CASE_INSENSITIVE);

  private TargetAnswer() {}

  /** Whether a URL is one whose answer is known: 204, and no body. */
  static boolean isKnown(URI url) {
    return url.getRawPath() != null && url.getRawPath().endsWith(NOTHING_PATH);
  }

  /** Whether the answer came from where the URL says, as far as one can tell. */
  static boolean isRight(URI url, Answer answer) {
    return isKnown(url)
        ? answer.status() == NO_CONTENT && answer.body().length == 0
        : answer.status() < 500;
  }

  /** Where a redirect leads, if it is one. */
  static Optional<String> location(Answer answer) {
    return answer.status() / 100 == 3
        ? answer.headers().getOrDefault("location", List.of()).stream().findFirst()
        : Optional.empty();
  }

  /**
   * {@code answered 200, not 204: "Your plan is over", from pay.example}.
   *
   * @param first what came
   * @param last behind redirects; the same where there are none
   */
  static String evidence(Answer first, Answer last) {
    StringBuilder text = new StringBuilder("answered ").append(first.status());
    text.append(first.status() == NO_CONTENT ? " with a body" : ", not 204");
    title(last).ifPresent(title -> text.append(": \"").append(title).append('"'));
    return text.append(", from ").append(host(last.url())).toString();
  }

  static String host(URI url) {
    String authority = String.valueOf(url.getRawAuthority());
    return authority.substring(authority.lastIndexOf('@') + 1);
  }

  private static Optional<String> title(Answer answer) {
    Matcher matcher = TITLE.matcher(new String(answer.body(), StandardCharsets.UTF_8));
    if (!matcher.find()) {
      return Optional.empty();
    }
    String title = matcher.group(1).replaceAll("\\s+", " ").strip();
    return Optional.of(
        title.length() <= MAX_TITLE_CHARS ? title : title.substring(0, MAX_TITLE_CHARS) + "…");
  }
}
