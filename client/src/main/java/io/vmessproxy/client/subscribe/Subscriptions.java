package io.vmessproxy.client.subscribe;

import io.vmessproxy.client.selection.Server;
import io.vmessproxy.client.settings.SettingsException;
import io.vmessproxy.client.settings.SubscriptionSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers of the command line and of its subscriptions, in one list that stays up to date.
 *
 * <p>Call {@link #begin}, then {@link #follow}. Files, parsing and waiting for answers have threads
 * of their own.
 */
public final class Subscriptions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);

  // One thread each, or all could wait for one dead provider; but not a hundred threads.
  private static final int MAX_THREADS = 16;

  private final List<Server> given;
  private final List<Feed> feeds;
  private final Duration patience;
  private final ScheduledThreadPoolExecutor threads;
  private final Set<Feed> scheduled = new HashSet<>();
  private final Set<Feed> due = new HashSet<>();
  private int attempted;
  private List<Server> told = List.of();
  private @Nullable Consumer<List<Server>> listener;

  /**
   * @param given the servers beside the subscriptions; may be empty
   * @param ways called from other threads than an event loop's
   */
  public Subscriptions(List<Server> given, SubscriptionSettings settings, Ways ways, Clock clock) {
    this(given, settings, ways, BodyReader.LINKS, clock, Fetcher.TIMEOUT);
  }

  Subscriptions(
      List<Server> given,
      SubscriptionSettings settings,
      Ways ways,
      BodyReader reader,
      Clock clock,
      Duration timeout) {
    this.given = List.copyOf(given);
    this.patience = timeout.plusSeconds(2);
    Fetcher fetcher = new Fetcher(ways, settings.agent(), clock, timeout);
    Cache cache = new Cache(settings.cacheDirectory());
    Schedule schedule =
        new Schedule(settings.interval(), () -> ThreadLocalRandom.current().nextDouble());
    this.feeds =
        settings.places().stream()
            .map(
                place ->
                    new Feed(place, fetcher, reader, cache, schedule, settings.direct(), clock))
            .toList();
    this.threads =
        new ScheduledThreadPoolExecutor(
            Math.max(1, Math.min(feeds.size(), MAX_THREADS)), Subscriptions::thread);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "subscriptions");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Takes what is on disk. If there is then no server at all, fetches all subscriptions directly
   * and waits for the first that comes.
   *
   * @throws SettingsException if a file holds no server
   * @throws SubscriptionException if there is no server in the end; it says why of the first
   */
  public void begin() throws SubscriptionException {
    feeds.forEach(Feed::begin);
    fetchIfNone();
  }

  /**
   * As above, in place of others that are in use: a subscription that both have keeps its servers
   * until newer ones come, whatever is on disk.
   */
  public void begin(Subscriptions inUse) throws SubscriptionException {
    feeds.forEach(Feed::begin);
    for (Feed feed : feeds) {
      inUse.feeds.stream()
          .filter(other -> other.place().source().equals(feed.place().source()))
          .findFirst()
          .ifPresent(feed::takeOver);
    }
    fetchIfNone();
  }

  private void fetchIfNone() throws SubscriptionException {
    if (!feeds.isEmpty() && servers().isEmpty()) {
      synchronized (this) {
        feeds.forEach(feed -> schedule(feed, Duration.ZERO));
        awaitFirst();
      }
      if (servers().isEmpty()) {
        throw whyNone();
      }
    }
  }

  private synchronized void awaitFirst() {
    await(patience, () -> !servers().isEmpty() || attempted >= feeds.size());
  }

  /** Waits until what was due at the start was tried once, or the time is over. */
  public synchronized void awaitRefreshed(Duration most) {
    await(most, due::isEmpty);
  }

  private synchronized void await(Duration most, BooleanSupplier met) {
    long deadline = System.nanoTime() + most.toNanos();
    try {
      while (!met.getAsBoolean()) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0) {
          return;
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The others' are logged. */
  private SubscriptionException whyNone() {
    List<SubscriptionException> failures =
        feeds.stream().map(Feed::failure).filter(Objects::nonNull).toList();
    failures.stream().skip(1).forEach(failure -> LOG.warn(failure.getMessage()));
    if (!failures.isEmpty()) {
      return failures.get(0);
    }
    return new SubscriptionException(
        feeds.get(0).place().source().shown(),
        "TIMEOUT",
        "no whole answer within " + patience.toSeconds() + " s",
        "is this machine online?");
  }

  /** The servers now: those given, each subscription's at its place among them. */
  public List<Server> servers() {
    List<Server> all = new ArrayList<>();
    for (int i = 0; i <= given.size(); i++) {
      for (Feed feed : feeds) {
        if (feed.place().before() == i) {
          all.addAll(feed.servers());
        }
      }
      if (i < given.size()) {
        all.add(given.get(i));
      }
    }
    return List.copyOf(all);
  }

  /**
   * Keeps the servers up to date from now on.
   *
   * @param using the servers that the listener knows by now
   * @param changed takes all servers each time that one has changed; there is at least one
   */
  public void follow(List<Server> using, Consumer<List<Server>> changed) {
    follow(using, false, changed);
  }

  /**
   * As above.
   *
   * @param atOnce whether all are refreshed now, however young they are
   */
  public synchronized void follow(
      List<Server> using, boolean atOnce, Consumer<List<Server>> changed) {
    told = using;
    listener = changed;
    tell();
    feeds.forEach(Feed::warn);
    for (Feed feed : feeds) {
      if (!scheduled.contains(feed)) {
        schedule(feed, atOnce ? Duration.ZERO : feed.untilNext());
      }
    }
  }

  private synchronized void schedule(Feed feed, Duration wait) {
    if (scheduled.add(feed) && wait.isZero()) {
      due.add(feed);
    }
    if (!threads.isShutdown()) {
      threads.schedule(() -> refresh(feed), wait.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void refresh(Feed feed) {
    boolean others;
    synchronized (this) {
      others = listener != null;
    }
    try {
      feed.refresh(others);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return; // It is being closed.
    }
    synchronized (this) {
      attempted++;
      due.remove(feed);
      if (listener != null) {
        feed.warn();
      }
      tell();
      notifyAll();
    }
    schedule(feed, feed.untilNext());
  }

  private synchronized void tell() {
    List<Server> now = servers();
    if (listener != null && !now.equals(told)) {
      told = now;
      listener.accept(now);
    }
  }

  /** What people may want to know of the subscriptions: quotas, announcements, old answers. */
  public List<String> notes() {
    return feeds.stream().flatMap(feed -> feed.notes().stream()).toList();
  }

  /** Ends refreshing, also one that goes on now. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
