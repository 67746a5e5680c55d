package io.vmessproxy.client.outbound;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.outbound.Probes.Probe;
import io.vmessproxy.common.vmess.HeaderForm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How far the clock of a server that takes a user is ahead of ours: by headers that are some
 * minutes ahead, some of which it takes.
 */
final class ClockMeasure {
  private ClockMeasure() {}

  /**
   * Sends five headers; done on the loop with the offset, 24 s off at most, or nothing where the
   * server did not take the one of our own time.
   */
  static Future<Optional<Duration>> start(VmessDial dial, Patience patience, EventLoop loop) {
    HeaderForm form = dial.endpoint().user().alterId() == 0 ? HeaderForm.AEAD : HeaderForm.LEGACY;
    Probe ours = new Probe(form, 0);
    ClockWindow window = ClockWindow.around(0);
    List<Probe> probes = new ArrayList<>();
    probes.add(ours);
    window.narrowing().forEach(ahead -> probes.add(new Probe(form, ahead)));
    Promise<Optional<Duration>> measured = loop.newPromise();
    Probes.send(dial, probes, patience.firstRoundNanos(), patience.firstRoundNanos(), loop)
        .addListener(
            (Future<Set<Probe>> over) -> {
              Set<Probe> taken = over.isSuccess() ? over.getNow() : Set.of();
              List<Integer> times = taken.stream().map(Probe::aheadSeconds).toList();
              Duration ahead = dial.clock().ahead().plusSeconds(window.narrowed(times).middle());
              measured.trySuccess(taken.contains(ours) ? Optional.of(ahead) : Optional.empty());
            });
    return measured;
  }
}
