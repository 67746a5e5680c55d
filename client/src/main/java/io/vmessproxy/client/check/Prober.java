package io.vmessproxy.client.check;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.vmessproxy.client.outbound.VmessDial;
import io.vmessproxy.client.selection.Endpoint;
import io.vmessproxy.client.selection.HealthBoard;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.common.net.Network;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches a page through each server from time to time, also through those that nobody uses, and
 * tells the board how it went. Lives on one event loop.
 */
public final class Prober implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Prober.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int AT_ONCE = 4;
  private static final double JITTER = 0.1;

  private final Duration interval;
  private final URI url;
  private final HealthBoard board;
  private final Supplier<List<Endpoint>> endpoints;
  private final Function<Endpoint, VmessDial> dials;
  private final EventLoop loop;
  private final Queue<Endpoint> waiting = new ArrayDeque<>();
  private int running;
  private volatile boolean closed;

  /**
   * @param interval between two rounds, more or less by a tenth
   * @param url as of {@code check}: where its path ends in generate_204, the answer must be 204
   */
  public Prober(
      Duration interval,
      URI url,
      HealthBoard board,
      Supplier<List<Endpoint>> endpoints,
      Function<Endpoint, VmessDial> dials,
      EventLoopGroup loops) {
    this.interval = interval;
    this.url = url;
    this.board = board;
    this.endpoints = endpoints;
    this.dials = dials;
    this.loop = loops.next();
  }

  /** Begins with a first round at once. */
  public void start() {
    loop.execute(this::round);
  }

  private void round() {
    if (closed) {
      return;
    }
    if (running == 0) {
      waiting.addAll(endpoints.get());
      next();
    }
    double factor = 1 + JITTER * (2 * ThreadLocalRandom.current().nextDouble() - 1);
    loop.schedule(this::round, (long) (interval.toNanos() * factor), TimeUnit.NANOSECONDS);
  }

  private void next() {
    while (running < AT_ONCE && !waiting.isEmpty() && !closed) {
      running++;
      probe(waiting.remove());
    }
  }

  private void probe(Endpoint endpoint) {
    VmessDial dial = dials.apply(endpoint);
    long start = System.nanoTime();
    new TargetCheck((target, at) -> dial.open(Network.TCP, target, at), url, TIMEOUT, loop)
        .run(
            (firstByte, verdict) -> {
              judge(endpoint, verdict, System.nanoTime() - start);
              running--;
              next();
            });
  }

  private void judge(Endpoint endpoint, Verdict verdict, long tookNanos) {
    if (closed) {
      return;
    }
    LOG.debug("probe of {}: {} in {} ms", endpoint, verdict.text(), tookNanos / 1_000_000);
    if (verdict.failure() == null) {
      board.passed(endpoint, tookNanos);
      return;
    }
    switch (verdict.failure().kind()) {
      case ENDED, INTERNAL, EXHAUSTED ->
          board.suspect(endpoint, "its probe: " + verdict.evidence());
      case UNRESOLVED, REFUSED, UNREACHABLE, TIMED_OUT, TRANSPORT, REJECTED ->
          board.failed(
              endpoint,
              new OutboundException(
                  verdict.failure(),
                  verdict.stage(),
                  endpoint.server().tag(),
                  verdict.evidence(),
                  verdict.action()));
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
