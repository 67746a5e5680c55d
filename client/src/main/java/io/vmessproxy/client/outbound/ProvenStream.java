package io.vmessproxy.client.outbound;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.client.session.StreamFeedback;
import io.vmessproxy.common.policy.Policy;
import java.time.Duration;

/**
 * A stream and the proof that its server takes the user, both or nothing. Where the proof came with
 * another time, the stream's header, which is out by then, is of no use: it is opened again.
 */
final class ProvenStream {
  private final VmessDial dial;
  private final Session session;
  private final Policy policy;
  private final StreamFeedback feedback;
  private final EventLoop loop;
  private final Promise<OpenStream> promise;
  private final Duration ahead; // of the stream's header
  private final Future<Channel> opening;
  private final Future<Void> proving;
  private boolean again;

  private ProvenStream(
      VmessDial dial,
      Session session,
      Policy policy,
      StreamFeedback feedback,
      EventLoop loop,
      Promise<OpenStream> promise) {
    this.dial = dial;
    this.session = session;
    this.policy = policy;
    this.feedback = feedback;
    this.loop = loop;
    this.promise = promise;
    this.ahead = dial.clock().ahead();
    this.opening = dial.open(session.network(), session.destination(), loop);
    this.proving = dial.prove(loop);
  }

  /** Fulfils the promise, of {@code loop}, or fails it with the first failure there is. */
  static void open(
      VmessDial dial,
      Session session,
      Policy policy,
      StreamFeedback feedback,
      EventLoop loop,
      Promise<OpenStream> promise) {
    ProvenStream stream = new ProvenStream(dial, session, policy, feedback, loop, promise);
    stream.opening.addListener(opened -> stream.check());
    stream.proving.addListener(proven -> stream.check());
    promise.addListener(done -> stream.abandon());
  }

  private void check() {
    if (promise.isDone() || again) {
      return;
    }
    boolean moved = !dial.clock().ahead().equals(ahead);
    if (proving.isDone() && !proving.isSuccess()) {
      promise.tryFailure(proving.cause());
    } else if (moved) {
      openAgain();
    } else if (opening.isDone() && !opening.isSuccess()) {
      promise.tryFailure(opening.cause());
    } else if (opening.isSuccess() && proving.isSuccess()) {
      String server = dial.endpoint().server().tag();
      promise.trySuccess(new OpenStream(opening.getNow(), server, policy, feedback));
    }
  }

  private void openAgain() {
    if (proving.isSuccess()) {
      again = true;
      VmessDial.abandon(opening);
      open(dial, session, policy, feedback, loop, promise);
    }
  }

  private void abandon() {
    if (!again && !promise.isSuccess()) {
      VmessDial.abandon(opening);
    }
  }
}
