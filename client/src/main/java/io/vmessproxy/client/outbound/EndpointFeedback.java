package io.vmessproxy.client.outbound;

import io.netty.channel.EventLoop;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.HealthBoard;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.session.StreamFeedback;

/** Tells the board of one stream, and asks the server itself where the stream leaves a doubt. */
final class EndpointFeedback implements StreamFeedback {
  private final VmessOutbound outbound;
  private final HealthBoard board;
  private final VmessDial dial;
  private final EventLoop loop;

  EndpointFeedback(VmessOutbound outbound, VmessDial dial, EventLoop loop) {
    this.outbound = outbound;
    this.board = outbound.board();
    this.dial = dial;
    this.loop = loop;
  }

  private Endpoint endpoint() {
    return dial.endpoint();
  }

  @Override
  public void answered(long waitedNanos) {
    board.answered(endpoint(), waitedNanos);
  }

  /** It may be the target that ended: only the server can say whether it is still there. */
  @Override
  public void lost() {
    ask();
  }

  @Override
  public void outdone() {
    board.outdone(endpoint());
  }

  @Override
  public void doubt(long waitedNanos) {
    if (!board.answeredSince(endpoint(), System.nanoTime() - waitedNanos)) {
      ask();
    }
  }

  private void ask() {
    ask(board, dial, loop);
  }

  /** Asks whether the server takes the user; the board hears either way. */
  static void ask(HealthBoard board, VmessDial dial, EventLoop loop) {
    dial.proof()
        .ask(loop)
        .addListener(
            asked -> {
              if (asked.cause() instanceof OutboundException failure) {
                board.failed(dial.endpoint(), failure);
              }
            });
  }

  @Override
  public long unusualNanos() {
    return board.unusualWait(endpoint()).toNanos();
  }

  @Override
  public boolean ejected() {
    return !board.available(endpoint()) && outbound.anyServes();
  }
}
