package io.vmessproxy.client.subscribe;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a provider counts: bytes, and until when.
 *
 * @param total null: unlimited
 * @param expire Unix seconds; null: never
 */
public record Quota(long upload, long download, @Nullable Long total, @Nullable Long expire) {
  private static final int MAX_CHARS = 1024;
  private static final Pattern NUMBER = Pattern.compile("[0-9]+(\\.[0-9]*)?(e\\+?[0-9]{1,3})?");
  private static final Pattern WHOLE = Pattern.compile("[0-9]{1,18}");
  private static final long LAST_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final double STEP = 1024;

  /**
   * Reads the header {@code subscription-userinfo}; empty if nothing in it counts anything.
   *
   * <p>Source: what providers send, as mihomo and v2rayN read it: {@code upload=..; download=..;
   * total=..; expire=..}, whole numbers or floats; a bad value is as good as none.
   */
  public static Optional<Quota> parse(String header) {
    Map<String, Long> values = new HashMap<>();
    if (header.length() <= MAX_CHARS) {
      String bare = header.toLowerCase(Locale.ROOT).replaceAll("\\s", "");
      for (String part : bare.split(";", -1)) {
        int equals = part.indexOf('=');
        Long value = equals < 0 ? null : number(part.substring(equals + 1));
        if (value != null) {
          values.put(part.substring(0, equals), value);
        }
      }
    }
    values.keySet().retainAll(Set.of("upload", "download", "total", "expire"));
    return values.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Quota(
                values.getOrDefault("upload", 0L),
                values.getOrDefault("download", 0L),
                notZero(values.get("total")),
                notZero(values.get("expire"))));
  }

  private static @Nullable Long number(String text) {
    if (WHOLE.matcher(text).matches()) {
      return Long.valueOf(text);
    }
    // A cast stays within a long, whatever the exponent.
    return NUMBER.matcher(text).matches() ? (Long) (long) Double.parseDouble(text) : null;
  }

  private static @Nullable Long notZero(@Nullable Long value) {
    return value == null || value == 0 ? null : value;
  }

  /** For people: {@code 12.3 of 100 GiB used, until 2026-12-31}. */
  public String text(Instant now) {
    double used = (double) upload + download;
    int unit = unit(total == null ? used : total);
    double scale = Math.pow(STEP, unit);
    StringBuilder text = new StringBuilder(amount(used / scale));
    if (total != null) {
      text.append(" of ").append(amount(total / scale));
    }
    text.append(' ').append(UNITS[unit]).append(" used");
    if (total != null && used >= total) {
      text.append(", which is all");
    }
    if (expire != null && expire <= LAST_SECOND) {
      Instant end = Instant.ofEpochSecond(expire);
      text.append(end.isBefore(now) ? ", expired " : ", until ")
          .append(end.atOffset(ZoneOffset.UTC).toLocalDate());
    }
    return text.toString();
  }

  private static int unit(double bytes) {
    int unit = 0;
    while (unit < UNITS.length - 1 && bytes >= Math.pow(STEP, unit + 1)) {
      unit++;
    }
    return unit;
  }

  private static String amount(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
