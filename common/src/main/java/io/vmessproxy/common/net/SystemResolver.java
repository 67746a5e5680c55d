package io.vmessproxy.common.net;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks names up as the operating system does (hosts file, search domains, whatever is configured).
 *
 * <p>The system's look-up blocks, so it runs on threads of its own: a few, with a bounded queue.
 * Methods may be called from any thread.
 *
 * <p>Answers are kept in a {@link ResolverCache}: they are used for 30 s, and for a day where the
 * system fails, or does not answer within a second (RFC 8767; unlike there also where it says that
 * there is no such name, which offline machines say as well). Those who ask for the same name at a
 * time share one look-up. The JVM's own cache, which nobody can make forget a name, is switched off
 * where this class is loaded: for the whole program, so no name may be looked up before.
 */
public final class SystemResolver implements AutoCloseable {
  /** What is known of a name is used if the system has not answered by then (RFC 8767 §5). */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  /** After so long a look-up is taken to hang for ever: the next one starts another. */
  static final Duration HANGS = Duration.ofMinutes(1);

  /** The most that may wait for look-ups, for all names together. */
  static final int MAX_ASKING = 16_384;

  private static final int THREADS = 4;
  private static final int MAX_WAITING = 256;

  static {
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
  }

  private final ThreadPoolExecutor lookups;
  private final LookUp lookUp;
  private final LongSupplier nanoTime;
  private final Object lock = new Object(); // of all that follows
  private final ResolverCache cache;
  private final Map<String, PendingLookUp> pending = new HashMap<>();
  private int asking;

  /** One look-up, which may take its time. */
  @FunctionalInterface
  public interface LookUp {
    /** All addresses of a host; also of an IP literal. */
    InetAddress[] of(String host) throws UnknownHostException;
  }

  public SystemResolver() {
    this(InetAddress::getAllByName);
  }

  /** A resolver that asks {@code lookUp}, on the threads that may block. */
  public SystemResolver(LookUp lookUp) {
    this(lookUp, THREADS, System::nanoTime);
  }

  /**
   * A resolver for many names at a time.
   *
   * @param threads how many look-ups run at once; a name that nobody answers for holds one for ten
   *     seconds or more
   */
  public SystemResolver(int threads) {
    this(InetAddress::getAllByName, threads, System::nanoTime);
  }

  SystemResolver(LookUp lookUp, int threads, LongSupplier nanoTime) {
    this.lookUp = lookUp;
    this.nanoTime = nanoTime;
    this.cache = new ResolverCache(nanoTime);
    this.lookups =
        new ThreadPoolExecutor(
            threads,
            threads,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            new DefaultThreadFactory("resolver", true));
    lookups.allowCoreThreadTimeOut(true);
  }

  /**
   * All addresses of a host, in the system's order of preference, but the one that worked last
   * comes first; an IP literal is its own.
   *
   * <p>Fails with {@link UnknownHostException} or {@link OutOfDescriptors}. The future completes on
   * {@code loop}.
   */
  public Future<List<InetAddress>> resolve(Address address, EventLoop loop) {
    if (!(address instanceof Address.Domain domain)) {
      return literal(address, loop);
    }
    String host = key(domain);
    Promise<List<InetAddress>> promise;
    PendingLookUp joined;
    @Nullable List<InetAddress> stale;
    boolean first;
    synchronized (lock) {
      List<InetAddress> fresh = cache.fresh(host);
      if (fresh != null) {
        return loop.newSucceededFuture(fresh);
      }
      stale = cache.stale(host);
      promise = loop.newPromise();
      if (asking >= MAX_ASKING) {
        return stale == null ? promise.setFailure(tooMany(host)) : promise.setSuccess(stale);
      }
      PendingLookUp running = pending.get(host);
      first = running == null || age(running) > HANGS.toNanos();
      joined = first ? new PendingLookUp(host, nanoTime.getAsLong()) : running;
      pending.put(host, joined);
      joined.add(promise);
      asking++;
    }
    if (first) {
      start(joined);
    }
    if (stale != null && !promise.isDone()) {
      waitNoLongerThanIsDue(promise, stale, PATIENCE.toNanos() - age(joined), loop);
    }
    return promise;
  }

  /**
   * Lets the next one who asks for this name ask the system: {@code answer}, which came from here,
   * leads nowhere. Not more often than once a second; and the answer still stands in where the
   * system has none.
   */
  void forget(Address address, List<InetAddress> answer) {
    if (address instanceof Address.Domain domain) {
      synchronized (lock) {
        cache.forget(key(domain), answer);
      }
    }
  }

  /**
   * As {@link #forget}, for all names and at once; also of look-ups that still run. For a machine
   * that is on another network now.
   */
  public void forgetAll() {
    synchronized (lock) {
      cache.forgetAll();
      pending.clear();
    }
  }

  /** Tells that this address of the name takes connections, and those before it do not. */
  void worked(Address address, InetAddress reached) {
    if (address instanceof Address.Domain domain) {
      synchronized (lock) {
        cache.prefer(key(domain), reached);
      }
    }
  }

  private Future<List<InetAddress>> literal(Address address, EventLoop loop) {
    try {
      return loop.newSucceededFuture(List.of(lookUp.of(address.host())));
    } catch (UnknownHostException e) {
      return loop.newFailedFuture(e);
    }
  }

  private void start(PendingLookUp started) {
    try {
      lookups.execute(() -> run(started));
    } catch (RejectedExecutionException e) {
      failed(started, tooMany(started.host));
    } catch (OutOfMemoryError e) { // So the JVM says that the system gives it no thread.
      failed(started, new UnknownHostException(started.host + ": no thread for its look-up"));
    }
  }

  private void run(PendingLookUp running) {
    try {
      answered(running, List.of(lookUp.of(running.host)));
    } catch (UnknownHostException e) {
      failed(running, reason(e));
    } catch (RuntimeException | Error e) {
      // Whatever it is: those who wait for this name, and who will, must not wait for ever.
      failed(running, new UnknownHostException(running.host + ": its look-up broke: " + e));
    }
  }

  /** Without descriptors the system says "System error", or that there is no such name. */
  private static IOException reason(UnknownHostException said) {
    try {
      return OutOfDescriptors.now() ? new OutOfDescriptors() : said;
    } catch (LinkageError e) { // A class that is loaded now wants a descriptor, too.
      return said;
    }
  }

  private void answered(PendingLookUp done, List<InetAddress> answer) {
    List<InetAddress> ordered;
    List<Promise<List<InetAddress>>> waiting;
    synchronized (lock) {
      // One that was given up, or is of another network, tells nobody but those who waited.
      ordered = pending.remove(done.host, done) ? cache.keep(done.host, answer) : answer;
      waiting = takeWaiting(done);
    }
    waiting.forEach(promise -> promise.trySuccess(ordered));
  }

  private void failed(PendingLookUp done, IOException failure) {
    @Nullable List<InetAddress> stale;
    List<Promise<List<InetAddress>>> waiting;
    synchronized (lock) {
      if (pending.remove(done.host, done)) {
        cache.standIn(done.host);
      }
      stale = cache.stale(done.host);
      waiting = takeWaiting(done);
    }
    for (Promise<List<InetAddress>> promise : waiting) {
      if (stale == null) {
        promise.tryFailure(failure);
      } else {
        promise.trySuccess(stale);
      }
    }
  }

  private List<Promise<List<InetAddress>>> takeWaiting(PendingLookUp done) {
    List<Promise<List<InetAddress>>> waiting = done.takeWaiting();
    asking -= waiting.size();
    return waiting;
  }

  private static void waitNoLongerThanIsDue(
      Promise<List<InetAddress>> promise, List<InetAddress> stale, long nanos, EventLoop loop) {
    if (nanos <= 0) {
      promise.trySuccess(stale);
      return;
    }
    var patience = loop.schedule(() -> promise.trySuccess(stale), nanos, TimeUnit.NANOSECONDS);
    promise.addListener(done -> patience.cancel(false));
  }

  private static UnknownHostException tooMany(String host) {
    return new UnknownHostException(host + ": " + MAX_WAITING + " look-ups are waiting");
  }

  private static String key(Address.Domain domain) {
    return domain.host().toLowerCase(Locale.ROOT);
  }

  private long age(PendingLookUp running) {
    return nanoTime.getAsLong() - running.since;
  }

  @Override
  public void close() {
    lookups.shutdownNow();
  }
}
