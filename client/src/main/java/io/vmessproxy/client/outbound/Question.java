package io.vmessproxy.client.outbound;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.transport.LateFailure;
import io.vmessproxy.client.transport.ServerDate;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import io.vmessproxy.common.vmess.header.RequestSealer;
import io.vmessproxy.common.vmess.outbound.ResponseListener;
import io.vmessproxy.common.vmess.outbound.VmessClientHandler;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One question whether the server takes a header, in a connection of its own: a Mux.Cool request
 * with a frame for a session that does not exist, which every server that takes the header ends at
 * once. Lives on one event loop; silence is for whoever asks to judge, and to {@link #close}.
 *
 * <p>Source: VMess specification, "Mux.Cool": data for an unknown session is answered with End.
 */
final class Question implements ResponseListener {
  /** Metadata of 4 bytes: session 1, status Keep, data follows; then one byte of data. */
  private static final byte[] FRAME_FOR_NOBODY = {0, 4, 0, 1, 2, 1, 0, 1, 0};

  private final VmessDial dial;
  private final Future<Channel> opening;
  private final Promise<Reply> reply;

  /** What came of it. */
  enum Kind {
    /** The server takes the header. */
    TAKEN,
    /** The server closed without a byte. */
    CLOSED,
    /** What came, or did not even begin, says why. */
    FAILED
  }

  /**
   * How the server replied.
   *
   * @param suggestion with {@code TAKEN}: another port, where the server names one
   * @param failure with {@code FAILED}
   */
  record Reply(
      Kind kind, @Nullable SwitchAccount suggestion, @Nullable OutboundException failure) {}

  private Question(VmessDial dial, RequestSealer sealer, Clock clock, EventLoop loop) {
    this.dial = dial;
    this.reply = loop.newPromise();
    this.opening = dial.connect(sealer, clock, this, loop);
  }

  /** Asks with a header of this form and time. */
  static Question ask(VmessDial dial, RequestSealer sealer, Clock clock, EventLoop loop) {
    Question question = new Question(dial, sealer, clock, loop);
    question.opening.addListener(opened -> question.opened());
    question.reply.addListener(replied -> question.hangUp());
    return question;
  }

  private void opened() {
    if (!opening.isSuccess()) {
      reply.tryFailure(opening.cause());
      return;
    }
    Channel channel = opening.getNow();
    channel.config().setAutoRead(true);
    channel.writeAndFlush(Unpooled.wrappedBuffer(FRAME_FOR_NOBODY));
  }

  /** Succeeds once the transport stands, on the loop. */
  Future<Channel> opening() {
    return opening;
  }

  /** What the server replied; fails as the opening does; never done where the server is silent. */
  Future<Reply> reply() {
    return reply;
  }

  @Override
  public void answered(@Nullable SwitchAccount suggestion) {
    reply.trySuccess(new Reply(Kind.TAKEN, suggestion, null));
  }

  @Override
  public void refused(Channel stream, ByteBuf instead, Throwable cause) {
    OutboundException failure =
        Refusal.of(stream, instead, cause, dial.endpoint().server()).orElse(null);
    reply.trySuccess(new Reply(failure == null ? Kind.CLOSED : Kind.FAILED, null, failure));
  }

  @Override
  public void abandoned(long waitedNanos) {
    // Whoever hung up knows why.
  }

  /** What the little that came so far says, if anything did. */
  Optional<OutboundException> cutAnswer() {
    if (!opening.isSuccess()) {
      return Optional.empty();
    }
    Channel stream = opening.getNow();
    VmessClientHandler handler = stream.pipeline().get(VmessClientHandler.class);
    ByteBuf cut = handler == null ? Unpooled.EMPTY_BUFFER : handler.cutResponseHeader();
    return Refusal.of(stream, cut, null, dial.endpoint().server());
  }

  /** Whether the transport is still to answer, which it has its own time for. */
  boolean awaitsTransport() {
    return opening.isSuccess() && LateFailure.isAwaited(opening.getNow());
  }

  /** How far the server's clock is ahead of this machine's, where its transport has said so. */
  Optional<Duration> date() {
    return opening.isSuccess() ? ServerDate.ahead(opening.getNow()) : Optional.empty();
  }

  /** Nobody waits for the reply any more. */
  void close() {
    if (!reply.cancel(false)) {
      hangUp();
    }
  }

  private void hangUp() {
    VmessDial.abandon(opening);
  }
}
