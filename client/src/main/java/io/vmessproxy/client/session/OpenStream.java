package io.vmessproxy.client.session;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.vmessproxy.common.policy.Policy;
import java.util.Optional;

/**
 * A stream to where a session wants to go.
 *
 * @param channel carries the stream's plain bytes: {@code ByteBuf}s and one {@link
 *     io.vmessproxy.common.net.EndOfStream} for each direction. Auto-read is off; whoever asked for
 *     the stream adds his handlers at the tail, then switches it on
 * @param server the tag of the server it goes through, for messages
 * @param policy how long the stream may idle, by the level of its user
 * @param feedback wants to hear what becomes of it
 */
public record OpenStream(Channel channel, String server, Policy policy, StreamFeedback feedback) {
  private static final AttributeKey<OutboundException> FAILURE =
      AttributeKey.valueOf(OpenStream.class, "failure");

  /** A stream that nobody wants to hear of. */
  public OpenStream(Channel channel, String server, Policy policy) {
    this(channel, server, policy, StreamFeedback.NONE);
  }

  /** Notes on a stream's channel why it ends before an answer; the first one counts. */
  public static void noteFailure(Channel stream, OutboundException failure) {
    stream.attr(FAILURE).compareAndSet(null, failure);
  }

  /** What was noted. */
  public static Optional<OutboundException> failure(Channel stream) {
    return Optional.ofNullable(stream.attr(FAILURE).get());
  }
}
