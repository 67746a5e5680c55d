package io.vmessproxy.client.outbound;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.outbound.Probes.Probe;
import io.vmessproxy.client.transport.StreamSettings;
import io.vmessproxy.common.vmess.HeaderForm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds out why a server that stands does not answer a user's header: by headers of other times, at
 * most {@value #MAX_TIMES}, one of the other form, and a hello of TLS, sent to this server alone.
 *
 * <p>The first round tells roughly where the server's clock is, the second one narrows that down.
 * Lives on one event loop.
 *
 * <p>Source: VMess specification, "Authentication Information".
 */
final class Diagnosis {
  /** Headers of other times, in both rounds together. */
  static final int MAX_TIMES = 12;

  /** Minutes as clocks drift, then a time zone's hour or eight; the likely ones first. */
  private static final List<Integer> AHEAD =
      List.of(120, -120, 360, -360, 3600, -3600, 28_800, -28_800);

  /** A clock that is further off than this may be the reason; legacy headers vary by 30 s. */
  private static final int SUSPICIOUS_SECONDS = 90;

  /** A window as narrow as this needs no second round. */
  private static final int NARROW_SECONDS = 50;

  private final VmessDial dial;
  private final EventLoop loop;
  private final Patience patience;
  private final boolean closes;
  private final OptionalInt dated;
  private final Promise<Verdict> verdict;
  private final long startNanos = System.nanoTime();
  private @Nullable Future<Set<Probe>> round;
  private @Nullable Future<Channel> bare;
  private @Nullable Future<Void> knock;

  private Diagnosis(
      VmessDial dial, EventLoop loop, Patience patience, boolean closes, Optional<Duration> date) {
    this.dial = dial;
    this.loop = loop;
    this.patience = patience;
    this.closes = closes;
    this.dated =
        date.map(ahead -> suspicious(ahead.minus(dial.clock().ahead())))
            .orElse(OptionalInt.empty());
    this.verdict = loop.newPromise();
  }

  private static OptionalInt suspicious(Duration ahead) {
    long seconds = ahead.toSeconds();
    boolean inReach = Math.abs(seconds) > SUSPICIOUS_SECONDS && Math.abs(seconds) < 1L << 31;
    return inReach ? OptionalInt.of((int) seconds) : OptionalInt.empty();
  }

  /**
   * Starts one; done on the loop. Cancelling the future ends it.
   *
   * @param closes whether the server closed behind the header; else it is silent
   * @param date how far ahead of this machine's the server's clock is by what its transport says
   */
  static Future<Verdict> start(
      VmessDial dial, EventLoop loop, Patience patience, boolean closes, Optional<Duration> date) {
    Diagnosis diagnosis = new Diagnosis(dial, loop, patience, closes, date);
    diagnosis.verdict.addListener(done -> diagnosis.hangUp());
    diagnosis.firstRound();
    return diagnosis.verdict;
  }

  private void firstRound() {
    List<Integer> times = new ArrayList<>(AHEAD);
    dated.ifPresent(ahead -> times.set(times.size() - 1, ahead));
    List<Probe> probes = new ArrayList<>();
    times.forEach(ahead -> probes.add(new Probe(ownForm(), ahead)));
    probes.add(new Probe(otherForm(), 0));
    if (closes) {
      bare = dial.connectBare(loop);
      if (dial.endpoint().server().stream().equals(StreamSettings.PLAIN)) {
        knock = TlsKnock.start(dial, dial.random(), loop);
      }
    }
    send(probes, patience.firstRoundNanos(), patience.laggardNanos())
        .addListener(
            (Future<Set<Probe>> over) -> {
              if (over.isSuccess()) {
                judge(over.getNow());
              }
            });
  }

  private Future<Set<Probe>> send(List<Probe> probes, long patienceNanos, long laggardNanos) {
    Future<Set<Probe>> sent = Probes.send(dial, probes, patienceNanos, laggardNanos, loop);
    round = sent;
    return sent;
  }

  private void judge(Set<Probe> taken) {
    List<Integer> times =
        taken.stream()
            .filter(probe -> probe.form() == ownForm())
            .map(Probe::aheadSeconds)
            .sorted(Comparator.comparingInt(Math::abs))
            .toList();
    if (dated.isPresent() && times.contains(dated.getAsInt())) {
      clockIs(dated.getAsInt());
    } else if (!times.isEmpty()) {
      ClockWindow window =
          times.stream().map(ClockWindow::around).reduce(ClockWindow::and).orElseThrow();
      secondRound(window);
    } else if (!taken.isEmpty()) {
      verdict.trySuccess(Verdict.of(Verdict.Kind.OTHER_FORM));
    } else if (!closes) {
      verdict.trySuccess(Verdict.of(Verdict.Kind.SILENT));
    } else {
      watchBare();
    }
  }

  /** A connection that says nothing is left open by a server that does not like what we say. */
  private void watchBare() {
    long nanos = patience.secondRoundNanos(System.nanoTime() - startNanos);
    var stillOpen = loop.schedule(() -> closes(false), nanos, TimeUnit.NANOSECONDS);
    verdict.addListener(done -> stillOpen.cancel(false));
    if (knock != null) {
      knock.addListener(
          answered -> {
            if (answered.isSuccess()) {
              verdict.trySuccess(Verdict.of(Verdict.Kind.WANTS_TLS));
            }
          });
    }
    Future<Channel> silent = Objects.requireNonNull(bare);
    silent.addListener(
        opened -> {
          if (opened.isSuccess()) {
            silent.getNow().closeFuture().addListener(closed -> closes(true));
          } else {
            closes(true); // Reset before it stood.
          }
        });
  }

  private void closes(boolean atOnce) {
    verdict.trySuccess(Verdict.of(atOnce ? Verdict.Kind.CLOSES_AT_ONCE : Verdict.Kind.CLOSES));
  }

  private void secondRound(ClockWindow window) {
    if (window.high() - window.low() <= NARROW_SECONDS) {
      judge(window);
      return;
    }
    List<Probe> probes =
        window.narrowing().stream().map(ahead -> new Probe(ownForm(), ahead)).toList();
    // Here a probe that is not answered says as much as one that is: all have their time.
    long nanos = patience.secondRoundNanos(System.nanoTime() - startNanos);
    send(probes, nanos, nanos)
        .addListener(
            (Future<Set<Probe>> over) -> {
              if (over.isSuccess()) {
                judge(window.narrowed(over.getNow().stream().map(Probe::aheadSeconds).toList()));
              }
            });
  }

  private void judge(ClockWindow window) {
    if (window.low() > SUSPICIOUS_SECONDS || window.high() < -SUSPICIOUS_SECONDS) {
      clockIs(window.middle());
      return;
    }
    // Our own time is right for it: it was the id that we happened to take, or chance.
    verdict.trySuccess(
        Verdict.of(
            dial.endpoint().user().alterId() > 1 ? Verdict.Kind.FEWER_IDS : Verdict.Kind.TAKES));
  }

  private void clockIs(int aheadSeconds) {
    verdict.trySuccess(Verdict.clock(dial.clock().ahead().plusSeconds(aheadSeconds)));
  }

  private HeaderForm ownForm() {
    return dial.endpoint().user().alterId() == 0 ? HeaderForm.AEAD : HeaderForm.LEGACY;
  }

  private HeaderForm otherForm() {
    return ownForm() == HeaderForm.AEAD ? HeaderForm.LEGACY : HeaderForm.AEAD;
  }

  private void hangUp() {
    if (round != null) {
      round.cancel(false);
    }
    if (knock != null) {
      knock.cancel(false);
    }
    if (bare != null) {
      VmessDial.abandon(bare);
    }
  }
}
