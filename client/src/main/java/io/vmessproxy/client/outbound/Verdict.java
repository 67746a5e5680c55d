package io.vmessproxy.client.outbound;

import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OutboundException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Why a server does not answer a user.
 *
 * @param ahead with {@code CLOCK}: how far the server's clock is ahead of this machine's
 */
record Verdict(Kind kind, @Nullable Duration ahead) {
  /** The stage that all of them belong to but one. */
  static final String STAGE = "vmess";

  /** Clocks that differ by so little do for any server. */
  private static final Duration RIGHT = Duration.ofMinutes(1);

  /** What the probes have shown. */
  enum Kind {
    /** It takes the user after all. */
    TAKES,
    /** It takes headers of another time. */
    CLOCK,
    /** It takes the header of the other form. */
    OTHER_FORM,
    /** It takes some of the user's alternative ids. */
    FEWER_IDS,
    /** It is silent to all of them. */
    SILENT,
    /** It closes behind all of them. */
    CLOSES,
    /** It closes behind all of them, and answers TLS. */
    WANTS_TLS,
    /** It closes before a byte is sent. */
    CLOSES_AT_ONCE
  }

  static Verdict of(Kind kind) {
    return new Verdict(kind, null);
  }

  static Verdict clock(Duration ahead) {
    return new Verdict(Kind.CLOCK, ahead);
  }

  /**
   * The same in words.
   *
   * @param waited how long the first header had been out
   * @param set the offset in use
   */
  OutboundException failure(Endpoint endpoint, Duration waited, Duration set) {
    String tag = endpoint.server().tag();
    int alterId = endpoint.user().alterId();
    return switch (kind) {
      case CLOCK -> clock(tag, set);
      case OTHER_FORM ->
          alterId > 0
              ? failure(
                  Failure.HEADER_FORM,
                  tag,
                  "it takes alterId=0 headers (AEAD) only, and alterId is %d here"
                      .formatted(alterId),
                  "set alterId=0 for this user")
              : failure(
                  Failure.HEADER_FORM,
                  tag,
                  "it takes older headers only, those of users with an alterId",
                  "give this user the server's alterId, as in alterId=64");
      case FEWER_IDS ->
          failure(
              Failure.HEADER_FORM,
              tag,
              "it knows fewer than alterId=%d ids of this user".formatted(alterId),
              "set alterId to the server's number, or to 0");
      case CLOSES_AT_ONCE ->
          new OutboundException(
              Failure.RESET,
              "connect",
              tag,
              "it closes connections before a byte is sent",
              "is the server behind this port running, and is this machine let in?");
      case WANTS_TLS ->
          failure(
              Failure.PLAIN_TO_TLS,
              tag,
              "it closed without an answer, and answers TLS",
              "it expects TLS: try --tls");
      case CLOSES ->
          failure(
              Failure.REJECTED,
              tag,
              "it closed without an answer",
              "is the user id right, and is this a VMess server with these --transport and --tls? Or"
                  + " is this machine's clock off by more than was tried?");
      case SILENT, TAKES ->
          failure(
              Failure.UNKNOWN_USER,
              tag,
              "no answer in %d.%d s, nor to headers of other times and of the other form"
                  .formatted(waited.toSeconds(), waited.toMillisPart() / 100),
              "is the user id right, and --transport and --tls as the server's? A server is silent"
                  + " to ids it does not know, and to a clock more than 120 s off");
    };
  }

  private OutboundException clock(String tag, Duration set) {
    Duration known = ahead == null ? Duration.ZERO : ahead;
    long seconds = known.toSeconds();
    String evidence = "the server's clock is about " + aheadOfOurs(known);
    if (!set.isZero() && known.abs().compareTo(RIGHT) <= 0) {
      return failure(
          Failure.CLOCK,
          tag,
          "the server's clock is as yours is, and headers are made for one %s"
              .formatted(aheadOfOurs(set)),
          "leave --clock-offset away");
    }
    if (!set.isZero()) {
      return failure(
          Failure.CLOCK,
          tag,
          "%s, and headers are made for one %s".formatted(evidence, aheadOfOurs(set)),
          "use --clock-offset %d".formatted(seconds));
    }
    return failure(
        Failure.CLOCK,
        tag,
        evidence,
        "set this machine's clock, by NTP for one, or use --clock-offset %d or --clock-offset auto"
            .formatted(seconds));
  }

  /** {@code 282 s ahead of yours}. */
  static String aheadOfOurs(Duration ahead) {
    long seconds = ahead.toSeconds();
    return "%d s %s yours".formatted(Math.abs(seconds), seconds < 0 ? "behind" : "ahead of");
  }

  private static OutboundException failure(
      Failure failure, String tag, String evidence, String action) {
    return new OutboundException(failure, STAGE, tag, evidence, action);
  }
}
