package io.vmessproxy.client.transport;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far a server's clock is ahead of ours, by the Date header of its transport's answer. */
public final class ServerDate {
  private static final AttributeKey<Duration> AHEAD =
      AttributeKey.valueOf(ServerDate.class, "ahead");

  private ServerDate() {}

  /**
   * Notes what a Date header says on a stream's channel. Text that is no date is passed over.
   *
   * @param date the header's value; null: there is none
   */
  public static void note(Channel stream, @Nullable String date) {
    if (date == null) {
      return;
    }
    try {
      Instant theirs = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      stream.attr(AHEAD).set(Duration.between(Instant.now(), theirs));
    } catch (DateTimeParseException e) {
      // A server may write what it likes; its date is only a hint.
    }
  }

  /** What was noted. */
  public static Optional<Duration> ahead(Channel stream) {
    return Optional.ofNullable(stream.attr(AHEAD).get());
  }
}
