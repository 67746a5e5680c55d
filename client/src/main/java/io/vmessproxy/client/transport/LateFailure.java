package io.vmessproxy.client.transport;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.Optional;

/**
 * Why a stream that was handed on already fails after all: some transports hear the server's answer
 * only behind the first bytes.
 */
public final class LateFailure {
  private static final AttributeKey<TransportException> FAILURE =
      AttributeKey.valueOf(LateFailure.class, "failure");

  private static final AttributeKey<Boolean> AWAITED =
      AttributeKey.valueOf(LateFailure.class, "awaited");

  private LateFailure() {}

  /** Notes on a stream's channel what the transport failed with; the first one counts. */
  public static void note(Channel stream, TransportException failure) {
    stream.attr(FAILURE).compareAndSet(null, failure);
  }

  /**
   * Notes whether a stream's transport still awaits an answer that comes before all others, within
   * a time of its own.
   */
  public static void setAwaited(Channel stream, boolean awaited) {
    stream.attr(AWAITED).set(awaited);
  }

  /** Whether it does: silence says nothing of VMess as yet. */
  public static boolean isAwaited(Channel stream) {
    return Boolean.TRUE.equals(stream.attr(AWAITED).get());
  }

  /** What was noted. */
  public static Optional<TransportException> of(Channel stream) {
    return Optional.ofNullable(stream.attr(FAILURE).get());
  }
}
