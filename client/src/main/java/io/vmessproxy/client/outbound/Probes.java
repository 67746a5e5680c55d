package io.vmessproxy.client.outbound;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.header.RequestSealer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Headers of other times and forms, all sent at once, each in a connection of its own. */
final class Probes {
  private final EventLoop loop;
  private final List<Question> questions = new ArrayList<>();
  private final Set<Probe> taken = new LinkedHashSet<>();
  private final Promise<Set<Probe>> over;
  private int waiting;

  /**
   * A header.
   *
   * @param aheadSeconds of the endpoint's clock
   */
  record Probe(HeaderForm form, int aheadSeconds) {}

  private Probes(EventLoop loop) {
    this.loop = loop;
    this.over = loop.newPromise();
  }

  /**
   * Sends them; done on the loop with those that the server took, when all were replied to or the
   * patience is over. Cancelling it closes them.
   *
   * @param laggardNanos how long the others have once one was taken
   */
  static Future<Set<Probe>> send(
      VmessDial dial,
      Collection<Probe> probes,
      long patienceNanos,
      long laggardNanos,
      EventLoop loop) {
    Probes round = new Probes(loop);
    ScheduledFuture<?> deadline = round.endIn(patienceNanos);
    round.over.addListener(
        done -> {
          deadline.cancel(false);
          round.questions.forEach(Question::close);
        });
    round.waiting = probes.size();
    probes.forEach(probe -> round.send(dial, probe, laggardNanos));
    return round.over;
  }

  private void send(VmessDial dial, Probe probe, long laggardNanos) {
    Clock time = Clock.offset(dial.clock(), Duration.ofSeconds(probe.aheadSeconds));
    RequestSealer sealer = RequestSealer.exact(dial.endpoint().user(), probe.form);
    Question question = Question.ask(dial, sealer, time, loop);
    questions.add(question);
    question
        .reply()
        .addListener(
            (Future<Question.Reply> replied) -> {
              if (replied.isSuccess() && replied.getNow().kind() == Question.Kind.TAKEN) {
                taken.add(probe);
                if (taken.size() == 1) {
                  endIn(laggardNanos);
                }
              }
              if (--waiting == 0) {
                end();
              }
            });
  }

  private ScheduledFuture<?> endIn(long nanos) {
    return loop.schedule(this::end, nanos, TimeUnit.NANOSECONDS);
  }

  private void end() {
    over.trySuccess(Set.copyOf(taken));
  }
}
