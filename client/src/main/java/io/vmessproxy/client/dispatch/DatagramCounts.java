package io.vmessproxy.client.dispatch;

import java.util.EnumMap;
import java.util.StringJoiner;

/** What became of an association's datagrams. On its event loop. */
public final class DatagramCounts {
  private final EnumMap<Drop, Long> dropped = new EnumMap<>(Drop.class);
  private long sent;
  private long sentBytes;
  private long answers;
  private long answerBytes;

  /** A datagram of so many payload bytes went on its way to its target. */
  void sent(int bytes) {
    sent++;
    sentBytes += bytes;
  }

  /** An answer of so many payload bytes went on its way to the application. */
  public void answered(int bytes) {
    answers++;
    answerBytes += bytes;
  }

  /** One went nowhere. */
  public void dropped(Drop cause) {
    dropped.merge(cause, 1L, Long::sum);
  }

  /** How many went nowhere for this cause. */
  public long of(Drop cause) {
    return dropped.getOrDefault(cause, 0L);
  }

  /** {@code sent 3 (96 bytes), answers 2 (512 bytes), dropped 1 fragment}. */
  @Override
  public String toString() {
    StringJoiner drops = new StringJoiner(", ", ", dropped ", "").setEmptyValue("");
    dropped.forEach((cause, count) -> drops.add(count + " " + cause.text()));
    return "sent %d (%d bytes), answers %d (%d bytes)%s"
        .formatted(sent, sentBytes, answers, answerBytes, drops);
  }
}
