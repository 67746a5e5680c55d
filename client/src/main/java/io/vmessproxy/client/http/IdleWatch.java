package io.vmessproxy.client.http;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs an action when nothing has moved for some time. On one event loop. */
final class IdleWatch {
  private final EventExecutor loop;
  private final Runnable action;
  private long limitNanos;
  private long touchedNanos;
  private @Nullable ScheduledFuture<?> check;

  IdleWatch(EventExecutor loop, Runnable action) {
    this.loop = loop;
    this.action = action;
  }

  void start(Duration limit) {
    limitNanos = limit.toNanos();
    touch();
    schedule(limitNanos);
  }

  /** Something moved. */
  void touch() {
    touchedNanos = System.nanoTime();
  }

  void stop() {
    if (check != null) {
      check.cancel(false);
      check = null;
    }
  }

  private void schedule(long nanos) {
    check = loop.schedule(this::check, nanos, TimeUnit.NANOSECONDS);
  }

  private void check() {
    long left = limitNanos - (System.nanoTime() - touchedNanos);
    if (left > 0) {
      schedule(left);
      return;
    }
    check = null;
    action.run();
  }
}
