package io.vmessproxy.client.subscribe;

import io.vmessproxy.client.settings.PercentText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a provider says beside the servers: in the headers of its answer, or in comments of the
 * body.
 *
 * @param title empty: none
 * @param updateInterval as often as the provider wants to be asked; null: it does not say
 * @param remarks for people: announcement, addresses of help
 */
record Profile(
    String title, @Nullable Quota quota, @Nullable Duration updateInterval, List<String> remarks) {
  /** The headers that are read here, lower case. */
  static final Set<String> HEADERS =
      Set.of(
          "subscription-userinfo",
          "profile-update-interval",
          "profile-title",
          "content-disposition",
          "profile-web-page-url",
          "support-url",
          "announce");

  static final Profile NONE = new Profile("", null, null, List.of());

  private static final int MIN_HOURS = 1;
  private static final int MAX_HOURS = 30 * 24;
  private static final int SECONDS_PER_HOUR = 3600;
  private static final Pattern HOURS = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");
  private static final Pattern FILE_NAME =
      Pattern.compile(
          "filename\\*\\s*=\\s*UTF-8'[^']*'(?<encoded>[^;\\s]+)"
              + "|filename\\s*=\\s*(?:\"(?<quoted>[^\"]*)\"|(?<bare>[^;\\s]+))",
          Pattern.CASE_INSENSITIVE);

  Profile {
    remarks = List.copyOf(remarks);
  }

  /**
   * Reads headers.
   *
   * @param headers by lower-case name
   * @param scrub takes the subscription's secrets out of a text
   */
  static Profile of(Map<String, String> headers, UnaryOperator<String> scrub) {
    List<String> remarks = new ArrayList<>();
    String announce = StrangersText.decode(headers.getOrDefault("announce", ""));
    if (!announce.isEmpty()) {
      remarks.add("announcement: " + scrub.apply(announce));
    }
    addPage(remarks, "support", headers.get("support-url"), scrub);
    addPage(remarks, "page", headers.get("profile-web-page-url"), scrub);
    String title = StrangersText.decode(headers.getOrDefault("profile-title", ""));
    if (title.isEmpty()) {
      title = fileName(headers.getOrDefault("content-disposition", ""));
    }
    return new Profile(
        scrub.apply(title),
        Quota.parse(headers.getOrDefault("subscription-userinfo", "")).orElse(null),
        interval(headers.getOrDefault("profile-update-interval", "").strip()).orElse(null),
        remarks);
  }

  private static void addPage(
      List<String> remarks, String what, @Nullable String url, UnaryOperator<String> scrub) {
    if (url != null && StrangersText.isWebPage(url.strip())) {
      remarks.add(what + ": " + scrub.apply(StrangersText.line(url)));
    }
  }

  private static Optional<Duration> interval(String hours) {
    if (!HOURS.matcher(hours).matches()) {
      return Optional.empty();
    }
    double number = Double.parseDouble(hours);
    if (number == 0) {
      return Optional.empty();
    }
    double within = Math.max(MIN_HOURS, Math.min(MAX_HOURS, number));
    return Optional.of(Duration.ofSeconds(Math.round(within * SECONDS_PER_HOUR)));
  }

  /** The name of a download, without folders and ending: to show, never to open. */
  private static String fileName(String disposition) {
    String name = "";
    Matcher matcher = FILE_NAME.matcher(disposition);
    while (matcher.find()) {
      if (matcher.group("encoded") != null) {
        name = PercentText.decode(matcher.group("encoded"));
        break;
      }
      String quoted = matcher.group("quoted");
      name = quoted != null ? quoted : matcher.group("bare");
    }
    name = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
    int dot = name.lastIndexOf('.');
    return StrangersText.decode(dot > 0 ? name.substring(0, dot) : name);
  }

  /** What {@code check} shows of it, one line each. */
  List<String> notes(Instant now) {
    List<String> notes = new ArrayList<>();
    if (!title.isEmpty()) {
      notes.add(title);
    }
    if (quota != null) {
      notes.add(quota.text(now));
    }
    notes.addAll(remarks);
    return notes;
  }
}
