package io.vmessproxy.common.vmess.inbound;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a registry's legacy table up with the clock, on a thread of its own. Any thread. */
final class Refresher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Refresher.class);
  private static final long EVERY_SECONDS = 1;

  private final UserRegistry users;
  private final AtomicBoolean started = new AtomicBoolean();
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1,
          new DefaultThreadFactory("vmess-users", true),
          new ThreadPoolExecutor.DiscardPolicy()); // A closed server needs no refresh.

  Refresher(UserRegistry users) {
    this.users = users;
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
  }

  /** Begins; once is enough. */
  void start() {
    if (started.compareAndSet(false, true)) {
      thread.scheduleWithFixedDelay(this::refresh, 0, EVERY_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** Refreshes out of turn, for a new user. */
  void hurry() {
    thread.execute(this::refresh);
  }

  private void refresh() {
    try {
      users.refresh();
    } catch (RuntimeException e) {
      // Thrown on, it would end the schedule, and every legacy client would be a stranger for ever.
      LOG.error("legacy users", e);
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
