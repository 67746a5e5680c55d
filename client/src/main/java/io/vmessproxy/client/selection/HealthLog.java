package io.vmessproxy.client.selection;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What people hear of servers that fail and come back: a line a minute for each, at most. */
final class HealthLog {
  private static final Logger LOG = LoggerFactory.getLogger(HealthBoard.class);
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final int MAX_SERVERS = 4096;

  private final Map<String, Long> written = new ConcurrentHashMap<>();
  private final AtomicBoolean offline = new AtomicBoolean();

  /** One goes out. */
  void out(Endpoint endpoint, boolean whole, String why, Duration again) {
    String name = whole ? endpoint.server().tag() : endpoint.toString();
    if (isNews(name)) {
      LOG.warn(
          "{}: takes no new connections for now: {}; tried again in {} ms",
          name,
          why,
          again.toMillis());
    } else {
      LOG.debug("{}: out: {}; tried again in {} ms", name, why, again.toMillis());
    }
  }

  private boolean isNews(String name) {
    long now = System.nanoTime();
    Long last = written.get(name);
    if (last != null && now - last < EVERY_NANOS) {
      return false;
    }
    if (written.size() >= MAX_SERVERS) {
      written.clear();
    }
    written.put(name, now);
    return true;
  }

  /** One is back. */
  void back(Endpoint endpoint, Duration out) {
    offline.set(false);
    LOG.info("{}: back after {} ms", endpoint.server().tag(), out.toMillis());
  }

  /** All fail at once. */
  void offline() {
    if (offline.compareAndSet(false, true)) {
      LOG.warn("no server answers any more (is this machine online?)");
    }
  }

  /** All are as new. */
  void reset(String why) {
    offline.set(false);
    LOG.info("{}: servers are taken to be well until they show otherwise", why);
  }
}
