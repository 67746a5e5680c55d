package io.vmessproxy.client.outbound;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.transport.LateFailure;
import io.vmessproxy.client.transport.TransportException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a stream ended before an answer, where anything has said so. */
final class Refusal {
  private Refusal() {}

  /**
   * By what the transport has noted, by what came, or by what the stream failed with.
   *
   * @param instead what came of an answer, maybe nothing; not released
   * @param cause null: it has not failed as yet
   */
  static Optional<OutboundException> of(
      Channel stream, ByteBuf instead, @Nullable Throwable cause, Server server) {
    Optional<TransportException> late = LateFailure.of(stream);
    if (late.isPresent()) {
      return Optional.of(ConnectFailure.of(late.get(), server));
    }
    if (instead.isReadable()) {
      return Optional.of(StrangeAnswer.of(instead, server));
    }
    return cause instanceof TransportException layer
        ? Optional.of(ConnectFailure.of(layer, server))
        : Optional.empty();
  }
}
