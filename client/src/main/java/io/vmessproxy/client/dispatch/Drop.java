package io.vmessproxy.client.dispatch;

import java.util.Locale;

/** Why a datagram went nowhere. Nobody is told: to applications it is as if the network lost it. */
public enum Drop {
  /** It did not come from the application that the association belongs to. */
  STRANGER,
  /** Its header cannot be read. */
  MALFORMED,
  /** A part of a fragmented one. */
  FRAGMENT,
  /** There is nothing in it. */
  EMPTY,
  /** Its stream is being opened, and enough wait for that already. */
  WAITING,
  /** Its stream cannot be opened, or ended before it was. */
  NO_STREAM,
  /** Its stream takes no more at the moment. */
  CONGESTED,
  /** Its stream did not take it: too large, or broken meanwhile. */
  UNSENT,
  /** An answer, and the application's socket takes no more at the moment. */
  ANSWER_CONGESTED,
  /** An answer that the application's socket did not take: too large, mostly. */
  ANSWER_UNSENT;

  /** For log lines: {@code answer congested}. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
