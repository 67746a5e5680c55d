package io.vmessproxy.client.outbound;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.session.OutboundException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a server once whether it takes a user, and where it does not answer, why. Lives on one event
 * loop.
 */
final class Inquiry {
  private static final Logger LOG = LoggerFactory.getLogger(Inquiry.class);

  private final VmessDial dial;
  private final Duration timeout;
  private final EventLoop loop;
  private final EndpointProof proof;
  private final Promise<Void> promise;
  private final long startNanos = System.nanoTime();
  private final Question question;
  private long openingNanos;

  private Inquiry(
      VmessDial dial,
      Duration timeout,
      EventLoop loop,
      EndpointProof proof,
      Promise<Void> promise) {
    this.dial = dial;
    this.timeout = timeout;
    this.loop = loop;
    this.proof = proof;
    this.promise = promise;
    this.question = Question.ask(dial, dial.sealer(), dial.clock(), loop);
  }

  /**
   * Asks; {@code promise} is done when there is proof, or fails with an {@link OutboundException}.
   *
   * @param timeout the longest that silence lasts before it is one
   * @param proof remembers
   */
  static void start(
      VmessDial dial,
      Duration timeout,
      EventLoop loop,
      EndpointProof proof,
      Promise<Void> promise) {
    Inquiry inquiry = new Inquiry(dial, timeout, loop, proof, promise);
    inquiry.question.opening().addListener(opened -> inquiry.opened());
    inquiry.question.reply().addListener((Future<Question.Reply> reply) -> inquiry.heard(reply));
    promise.addListener(done -> inquiry.question.close());
  }

  private void opened() {
    openingNanos = System.nanoTime() - startNanos;
    if (question.opening().isSuccess()) {
      proof.opened(openingNanos);
      watchSilence();
    }
  }

  private void watchSilence() {
    var silence = loop.schedule(this::silent, patience().suspicionNanos(), TimeUnit.NANOSECONDS);
    question.reply().addListener(replied -> silence.cancel(false));
  }

  private Patience patience() {
    return Patience.of(openingNanos, dial.endpoint().server().stream(), timeout);
  }

  private void heard(Future<Question.Reply> reply) {
    if (reply.isCancelled()) {
      return;
    }
    if (!reply.isSuccess()) {
      promise.tryFailure(reply.cause());
      return;
    }
    switch (reply.getNow().kind()) {
      case TAKEN -> {
        proof.taken(reply.getNow().suggestion(), System.nanoTime() - startNanos);
        promise.trySuccess(null);
      }
      case FAILED -> promise.tryFailure(Objects.requireNonNull(reply.getNow().failure()));
      case CLOSED -> diagnose(true);
    }
  }

  private void silent() {
    if (question.awaitsTransport()) {
      watchSilence();
      return;
    }
    Optional<OutboundException> cut = question.cutAnswer();
    if (cut.isPresent()) {
      promise.tryFailure(cut.get());
    } else {
      diagnose(false);
    }
  }

  /** The question stays open meanwhile: an answer that comes late is one, too. */
  private void diagnose(boolean closed) {
    Optional<OutboundException> recent = proof.recentFailure();
    proof.unanswered(closed ? "it closes unanswered" : "it does not answer");
    if (promise.isDone() || recent.isPresent()) {
      recent.ifPresent(promise::tryFailure);
      return;
    }
    Future<Verdict> diagnosis = Diagnosis.start(dial, loop, patience(), closed, question.date());
    promise.addListener(done -> diagnosis.cancel(false));
    diagnosis.addListener(
        (Future<Verdict> judged) -> {
          if (judged.isSuccess() && !promise.isDone()) {
            follow(judged.getNow());
          }
        });
  }

  private void follow(Verdict verdict) {
    long left = patience().verdictNanos() - waitedNanos();
    if (verdict.kind() == Verdict.Kind.TAKES) {
      proof.taken(null, System.nanoTime() - startNanos);
      promise.trySuccess(null);
    } else if (verdict.kind() == Verdict.Kind.SILENT && left > 0) {
      // A slow server may be silent to all that was asked so far.
      var deadline = loop.schedule(() -> fail(verdict), left, TimeUnit.NANOSECONDS);
      promise.addListener(done -> deadline.cancel(false));
    } else {
      fail(verdict);
    }
  }

  private long waitedNanos() {
    return System.nanoTime() - startNanos - openingNanos;
  }

  private void fail(Verdict verdict) {
    Duration waited = Duration.ofNanos(waitedNanos());
    OutboundException failure = verdict.failure(dial.endpoint(), waited, dial.clock().ahead());
    proof.remember(failure);
    Duration ahead = verdict.ahead();
    if (ahead == null || !dial.clock().adjusts() || ahead.equals(dial.clock().ahead())) {
      promise.tryFailure(failure);
      return;
    }
    LOG.warn(
        "server {}: its clock is about {}; headers are made for its time",
        dial.endpoint().server().tag(),
        Verdict.aheadOfOurs(ahead));
    dial.setAhead(ahead);
    start(dial, timeout, loop, proof, promise);
  }
}
