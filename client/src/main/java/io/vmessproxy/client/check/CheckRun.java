package io.vmessproxy.client.check;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.selection.Endpoint;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

/** Checks many servers, some at a time. May be called from any thread. */
public final class CheckRun {
  /** How many at a time: enough for a long list, few enough for each one's times to be true. */
  public static final int PARALLEL = 16;

  private final List<Endpoint> endpoints;
  private final ServerCheck check;
  private final EventLoopGroup loops;
  private final AtomicReferenceArray<Report> reports;
  private final AtomicInteger next = new AtomicInteger();
  private final CountDownLatch open;

  private CheckRun(List<Endpoint> endpoints, ServerCheck check, EventLoopGroup loops) {
    this.endpoints = List.copyOf(endpoints);
    this.check = check;
    this.loops = loops;
    this.reports = new AtomicReferenceArray<>(this.endpoints.size());
    this.open = new CountDownLatch(this.endpoints.size());
  }

  /** Begins with the first ones. */
  public static CheckRun start(List<Endpoint> endpoints, ServerCheck check, EventLoopGroup loops) {
    CheckRun run = new CheckRun(endpoints, check, loops);
    for (int lane = 0; lane < PARALLEL; lane++) {
      run.checkNext();
    }
    return run;
  }

  private void checkNext() {
    int mine = next.getAndIncrement();
    if (mine >= endpoints.size()) {
      return;
    }
    Future<Report> checking = check.check(endpoints.get(mine), loops.next());
    checking.addListener(
        checked -> {
          if (checked.isSuccess()) {
            reports.set(mine, checking.getNow());
          }
          open.countDown();
          checkNext();
        });
  }

  /** Waits for so long at most; returns whether all are done. */
  public boolean await(long millis) throws InterruptedException {
    return open.await(millis, TimeUnit.MILLISECONDS);
  }

  /** How many are done. */
  public int done() {
    return endpoints.size() - (int) open.getCount();
  }

  /** How many there are. */
  public int all() {
    return endpoints.size();
  }

  /** The reports that are there, in the order of the endpoints. */
  public List<Report> reports() {
    return IntStream.range(0, reports.length())
        .mapToObj(reports::get)
        .filter(Objects::nonNull)
        .toList();
  }
}
