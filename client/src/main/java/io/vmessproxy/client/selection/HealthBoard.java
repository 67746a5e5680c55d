package io.vmessproxy.client.selection;

import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OutboundException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What real traffic tells about each endpoint: a breaker for it, and one for its server as a whole.
 *
 * <p>What all servers have in common is nobody's fault: when the last one fails as the others did a
 * moment ago, it is this machine's network, and no breaker stays open.
 *
 * <p>Any thread; locks only where something is wrong.
 */
public final class HealthBoard implements Health {
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long UNKNOWN_WAIT = 1000 * MILLI;
  private static final long LEAST_WAIT = 300 * MILLI;
  private static final long MOST_WAIT = 3000 * MILLI;
  private static final long LEAST_OPENING = 1000 * MILLI;
  private static final long OPENING_MARGIN = 500 * MILLI;

  /** A trial that takes longer is one of a server that is still slow. */
  private static final long SLOW_TRIAL = 50 * MILLI;

  private static final int OUTDONE_IN_A_ROW = 3;

  /** An answer within so long is never slow. */
  private static final long NEVER_SLOW = 100 * MILLI;

  /** So many slow answers in a row, while another server has given as many that are usual. */
  private static final int SLOW_IN_A_ROW = 4;

  private static final long LATELY_NANOS = 2000 * MILLI;

  /** Failures that lie no further apart have one cause. */
  private static final long SHARED_NANOS = 10_000 * MILLI;

  private final LongSupplier nanoTime;
  private final RandomGenerator random;
  private final Listener listener;
  private final HealthLog log = new HealthLog();
  private final Map<Endpoint, Entry> entries = new ConcurrentHashMap<>();
  private final Map<Server, ServerEntry> servers = new ConcurrentHashMap<>();
  private volatile int open; // breakers that are not closed
  private volatile long nextTrialNanos;
  private volatile long version;
  private long nextVersion = 1;

  /** Of a breaker. */
  public enum State {
    /** It serves. */
    CLOSED,
    /** It is out until its back-off is over. */
    OPEN,
    /** It is being tried. */
    HALF_OPEN
  }

  /** Wants to hear what changes. Called on any thread, never under a lock. */
  public interface Listener {
    /** No stream goes there any more; what waits there may go elsewhere. */
    default void ejected(Endpoint endpoint) {}
  }

  public HealthBoard(List<Endpoint> endpoints, Listener listener) {
    this(System::nanoTime, new SplittableRandom(), endpoints, listener);
  }

  /** With a clock and a chance of its own. */
  public HealthBoard(
      LongSupplier nanoTime, RandomGenerator random, List<Endpoint> endpoints, Listener listener) {
    this.nanoTime = nanoTime;
    this.random = random;
    this.listener = listener;
    track(endpoints);
  }

  /** One server, and what is known of it. */
  private static final class ServerEntry {
    private final Breaker breaker = new Breaker();
    private final Vitals opening = new Vitals();
    private volatile long aliveNanos;
    private volatile boolean everAlive;
    private @Nullable Failure why;

    void alive(long now) {
      aliveNanos = now;
      everAlive = true;
    }
  }

  /** One endpoint, and what is known of it. */
  private static final class Entry {
    private final Endpoint endpoint;
    private final ServerEntry server;
    private final Breaker breaker = new Breaker();
    private final Vitals answers = new Vitals();
    private volatile long answeredNanos;
    private volatile boolean everAnswered;
    private volatile int outdone;

    /** Of its last answers: how many in a row were usual; below zero, slow. */
    private volatile int run;

    private @Nullable Failure why;

    Entry(Endpoint endpoint, ServerEntry server) {
      this.endpoint = endpoint;
      this.server = server;
    }

    boolean available() {
      return breaker.state() == State.CLOSED && server.breaker.state() == State.CLOSED;
    }

    void answered(long now) {
      answeredNanos = now;
      everAnswered = true;
      server.alive(now);
    }
  }

  /** These are all there are from now on; what is known of those that stay is kept. */
  public synchronized void track(List<Endpoint> endpoints) {
    Set<Endpoint> all = new HashSet<>(endpoints);
    Set<Server> theirs = new HashSet<>();
    all.forEach(endpoint -> theirs.add(endpoint.server()));
    entries.keySet().retainAll(all);
    servers.keySet().retainAll(theirs);
    endpoints.forEach(this::entry);
    recount();
  }

  private Entry entry(Endpoint endpoint) {
    Entry known = entries.get(endpoint);
    return known != null
        ? known
        : entries.computeIfAbsent(
            endpoint,
            made ->
                new Entry(made, servers.computeIfAbsent(made.server(), none -> new ServerEntry())));
  }

  @Override
  public boolean available(Endpoint endpoint) {
    return open == 0 || entry(endpoint).available();
  }

  @Override
  public long latencyNanos(Endpoint endpoint) {
    return entry(endpoint).answers.mean();
  }

  @Override
  public long version() {
    return version;
  }

  /**
   * A connection to its server stands: a sign of life of the server.
   *
   * @param tookNanos to open
   */
  public void opened(Endpoint endpoint, long tookNanos) {
    ServerEntry server = entry(endpoint).server;
    server.opening.add(tookNanos);
    server.alive(nanoTime.getAsLong());
  }

  /**
   * It answered a stream: a sign of life of server and user.
   *
   * @param waitedNanos for it
   */
  public void answered(Endpoint endpoint, long waitedNanos) {
    Entry entry = entry(endpoint);
    long now = nanoTime.getAsLong();
    entry.answered(now);
    boolean known = entry.answers.known();
    boolean slow = known && waitedNanos > Math.max(NEVER_SLOW, entry.answers.most());
    entry.answers.add(known ? Math.min(waitedNanos, 2 * entry.answers.mean()) : waitedNanos);
    if (!slow) {
      entry.outdone = 0;
      entry.run = Math.max(1, Math.min(SLOW_IN_A_ROW, entry.run + 1));
      if (entry.breaker.state() == State.CLOSED || !entry.breaker.slow()) {
        serves(entry); // A short answer is quick at a slow server, too: its trial says more.
      }
      return;
    }
    int run = Math.min(-1, entry.run - 1);
    entry.run = run;
    if (-run >= SLOW_IN_A_ROW && othersAreUsual(entry, now)) {
      entry.run = 0;
      ejectSlow(entry, "its answers take %d ms".formatted(waitedNanos / MILLI));
    }
  }

  private boolean othersAreUsual(Entry slow, long now) {
    return entries.values().stream()
        .anyMatch(
            other ->
                other.server != slow.server
                    && other.run >= SLOW_IN_A_ROW
                    && now - other.answeredNanos < LATELY_NANOS);
  }

  /**
   * The trial's end is that it serves, or it answered a question.
   *
   * @param tookNanos to open a connection and to answer
   */
  public void passed(Endpoint endpoint, long tookNanos) {
    Entry entry = entry(endpoint);
    entry.answered(nanoTime.getAsLong());
    if (entry.breaker.slow() && isSlow(entry, tookNanos)) {
      synchronized (this) {
        if (entry.breaker.state() == State.HALF_OPEN) {
          entry.breaker.open(nanoTime.getAsLong(), random, true);
          recount();
        }
      }
      return;
    }
    serves(entry);
  }

  private static boolean isSlow(Entry entry, long tookNanos) {
    long usual = entry.server.opening.mean() + entry.answers.mean();
    return entry.answers.known() && tookNanos > Math.max(SLOW_TRIAL, 4 * usual);
  }

  private void serves(Entry entry) {
    if (open == 0 || entry.available()) {
      return;
    }
    long now = nanoTime.getAsLong();
    long outNanos;
    synchronized (this) {
      outNanos = now - openedNanos(entry);
      boolean serverBack = entry.server.breaker.close(now);
      boolean userBack = entry.breaker.close(now);
      entry.outdone = 0;
      recount();
      if (!serverBack && !userBack) {
        return;
      }
    }
    log.back(entry.endpoint, Duration.ofNanos(outNanos));
  }

  private static long openedNanos(Entry entry) {
    return entry.server.breaker.state() == State.CLOSED
        ? entry.breaker.openedNanos()
        : entry.server.breaker.openedNanos();
  }

  /**
   * A stream could not be opened, or the server does not take the user: a breaker opens. The
   * server's where every user would fare the same, else the endpoint's. What is this machine's
   * fault, or a target's, opens none.
   */
  public void failed(Endpoint endpoint, OutboundException failure) {
    switch (failure.failure().kind()) {
      case UNRESOLVED, REFUSED, UNREACHABLE, TIMED_OUT, TRANSPORT ->
          eject(entry(endpoint), true, failure.failure(), failure.getMessage(), false);
      case REJECTED ->
          eject(entry(endpoint), false, failure.failure(), failure.getMessage(), false);
      case ENDED, EXHAUSTED, INTERNAL -> {
        // Nothing about the server.
      }
    }
  }

  /**
   * It leaves a question unanswered; why, is not known yet.
   *
   * @param what it does instead
   */
  public void suspect(Endpoint endpoint, String what) {
    eject(
        entry(endpoint),
        false,
        Failure.TIMED_OUT,
        "server %s, vmess: %s".formatted(endpoint.server().tag(), what),
        false);
  }

  /** Another server answered the same that this one did not: three in a row open the breaker. */
  public void outdone(Endpoint endpoint) {
    Entry entry = entry(endpoint);
    int times = entry.outdone + 1;
    entry.outdone = times;
    if (times >= OUTDONE_IN_A_ROW) {
      entry.outdone = 0;
      ejectSlow(entry, "nothing, %d times in a row".formatted(times));
    }
  }

  private void ejectSlow(Entry entry, String what) {
    String tag = entry.endpoint.server().tag();
    eject(
        entry,
        false,
        Failure.ENDED,
        "server %s: %s, while others answer as usual".formatted(tag, what),
        true);
  }

  private void eject(
      Entry entry, boolean whole, Failure why, @Nullable String message, boolean slow) {
    long now = nanoTime.getAsLong();
    List<Endpoint> ejected = new ArrayList<>();
    boolean fresh;
    boolean shared;
    Duration again;
    synchronized (this) {
      Breaker breaker = whole ? entry.server.breaker : entry.breaker;
      fresh = breaker.open(now, random, slow);
      endTrial(entry, now);
      if (whole) {
        entry.server.why = why;
      }
      entry.why = why;
      shared = fresh && isShared(now);
      again = Duration.ofNanos(Math.max(0, breaker.dueNanos() - now));
      if (shared) {
        forgiveAll(now);
      } else if (fresh) {
        entries.values().stream()
            .filter(other -> whole ? other.server == entry.server : other == entry)
            .forEach(other -> ejected.add(other.endpoint));
      }
      recount();
    }
    if (shared) {
      log.offline();
    } else if (fresh && servers.size() > 1) {
      log.out(entry.endpoint, whole, String.valueOf(message), again);
    }
    ejected.forEach(listener::ejected);
  }

  /** A trial of both breakers has failed for both. */
  private void endTrial(Entry entry, long now) {
    for (Breaker breaker : List.of(entry.server.breaker, entry.breaker)) {
      if (breaker.state() == State.HALF_OPEN) {
        breaker.open(now, random, breaker.slow());
      }
    }
  }

  /** Whether nothing is left, all at once, and by failures as a network has them. */
  private boolean isShared(long now) {
    return servers.size() > 1
        && entries.values().stream()
            .allMatch(
                entry ->
                    !entry.available()
                        && now - openedNanos(entry) < SHARED_NANOS
                        && isOfTheNetwork(entry));
  }

  private static boolean isOfTheNetwork(Entry entry) {
    Failure why = entry.server.breaker.state() == State.CLOSED ? entry.why : entry.server.why;
    return why == Failure.UNRESOLVED
        || why == Failure.UNREACHABLE
        || why == Failure.TIMED_OUT
        || why == Failure.RESET;
  }

  private void forgiveAll(long now) {
    entries.values().forEach(entry -> entry.breaker.forgive(now));
    servers.values().forEach(server -> server.breaker.forgive(now));
  }

  /** Everything is forgotten but what is usual: the network is another one now. */
  public void reset(String why) {
    synchronized (this) {
      forgiveAll(nanoTime.getAsLong());
      entries.values().forEach(entry -> entry.outdone = 0);
      recount();
    }
    log.reset(why);
  }

  private void recount() {
    int count = 0;
    long next = Long.MAX_VALUE;
    long now = nanoTime.getAsLong();
    List<Breaker> all = new ArrayList<>();
    entries.values().forEach(entry -> all.add(entry.breaker));
    servers.values().forEach(server -> all.add(server.breaker));
    for (Breaker breaker : all) {
      if (breaker.state() != State.CLOSED) {
        count++;
        next = Math.min(next, breaker.dueNanos() - now);
      }
    }
    nextTrialNanos = count == 0 ? 0 : now + next;
    open = count;
    version = nextVersion++;
  }

  /**
   * An endpoint whose back-off is over, and which is half-open from now on, until it {@link
   * #passed} or failed. Cheap while there is none, so it is asked at each pick.
   */
  public Optional<Endpoint> dueTrial() {
    if (open == 0 || nanoTime.getAsLong() - nextTrialNanos < 0) {
      return Optional.empty();
    }
    synchronized (this) {
      long now = nanoTime.getAsLong();
      Optional<Entry> due =
          entries.values().stream()
              .filter(entry -> !entry.available() && isDue(entry, now))
              .findFirst();
      due.ifPresent(entry -> beginTrial(entry, now));
      recount();
      return due.map(entry -> entry.endpoint);
    }
  }

  private static boolean isDue(Entry entry, long now) {
    Breaker server = entry.server.breaker;
    Breaker own = entry.breaker;
    return (server.state() == State.CLOSED || server.due(now))
        && (own.state() == State.CLOSED || own.due(now));
  }

  private static void beginTrial(Entry entry, long now) {
    for (Breaker breaker : List.of(entry.server.breaker, entry.breaker)) {
      if (breaker.state() != State.CLOSED) {
        breaker.halfOpen(now);
      }
    }
  }

  /** Whether the server gave any sign of life since then, by {@link System#nanoTime}. */
  public boolean alive(Endpoint endpoint, long sinceNanos) {
    ServerEntry server = entry(endpoint).server;
    return server.everAlive && server.aliveNanos - sinceNanos >= 0;
  }

  /** Whether it answered a stream or a question since then. */
  public boolean answeredSince(Endpoint endpoint, long sinceNanos) {
    Entry entry = entry(endpoint);
    return entry.everAnswered && entry.answeredNanos - sinceNanos >= 0;
  }

  /** After so long an opening is unusual; empty while it is not known what is usual. */
  public Optional<Duration> unusualOpening(Endpoint endpoint) {
    Vitals opening = entry(endpoint).server.opening;
    return opening.known()
        ? Optional.of(
            Duration.ofNanos(Math.max(LEAST_OPENING, 4 * opening.mean() + OPENING_MARGIN)))
        : Optional.empty();
  }

  /** After so long without a first answer a wait is unusual. */
  public Duration unusualWait(Endpoint endpoint) {
    Vitals answers = entry(endpoint).answers;
    return Duration.ofNanos(
        answers.known() ? Math.min(MOST_WAIT, Math.max(LEAST_WAIT, answers.most())) : UNKNOWN_WAIT);
  }

  /** The state of the endpoint: its server's where that is not closed. */
  public State state(Endpoint endpoint) {
    Entry entry = entry(endpoint);
    State server = entry.server.breaker.state();
    return server == State.CLOSED ? entry.breaker.state() : server;
  }
}
