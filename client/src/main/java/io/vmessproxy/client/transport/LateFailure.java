package io.vmessproxy.client.transport;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.Optional;

/** Why a transport failed after its channel was handed on: kept with the channel. */
public final class LateFailure {
  private static final AttributeKey<TransportException> CAUSE =
      AttributeKey.valueOf(LateFailure.class, "cause");

  private LateFailure() {}

  /** Notes why a stream's channel is about to close; the first reason stays. */
  public static void note(Channel stream, TransportException cause) {
    stream.attr(CAUSE).setIfAbsent(cause);
  }

  /** What was noted. */
  public static Optional<TransportException> of(Channel stream) {
    return Optional.ofNullable(stream.attr(CAUSE).get());
  }
}
