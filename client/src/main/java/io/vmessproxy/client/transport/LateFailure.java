package io.vmessproxy.client.transport;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.Optional;

/**
 * Why a transport closed a stream that it had opened before the server's answer was there: with
 * early data, or a head that comes with the server's first payload.
 */
public final class LateFailure {
  private static final AttributeKey<TransportException> CAUSE =
      AttributeKey.valueOf(LateFailure.class, "cause");

  private LateFailure() {}

  /** Notes the cause on the stream's channel, before it closes; the first one stays. */
  public static void note(Channel stream, TransportException cause) {
    stream.attr(CAUSE).setIfAbsent(cause);
  }

  /** What was noted. */
  public static Optional<TransportException> of(Channel stream) {
    return Optional.ofNullable(stream.attr(CAUSE).get());
  }
}
