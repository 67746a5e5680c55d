package io.vmessproxy.common.net;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Looks names up as the operating system does (hosts file, search domains, whatever is configured).
 *
 * <p>The system's look-up blocks, so it runs on threads of its own: a few, with a bounded queue.
 * Methods may be called from any thread.
 */
public final class SystemResolver implements AutoCloseable {
  private static final int THREADS = 4;
  private static final int MAX_WAITING = 256;

  static {
    // The JVM would answer from a cache of its own, whatever has happened to the old addresses.
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
  }

  private final ThreadPoolExecutor lookups;
  private final LookUp lookUp;
  private final ResolverCache cache;
  private final Map<String, List<Promise<List<InetAddress>>>> waiting = new HashMap<>();

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
    this(lookUp, THREADS);
  }

  /**
   * A resolver for many names at a time.
   *
   * @param threads how many look-ups run at once; a name that nobody answers for holds one for ten
   *     seconds or more
   */
  public SystemResolver(int threads) {
    this(InetAddress::getAllByName, threads);
  }

  private SystemResolver(LookUp lookUp, int threads) {
    this(lookUp, threads, System::nanoTime);
  }

  SystemResolver(LookUp lookUp, int threads, LongSupplier nanoTime) {
    this.lookUp = lookUp;
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
   * All addresses of a host, in the system's order of preference, but first the one that worked
   * last; an IP literal is its own.
   *
   * <p>An answer holds for 30 s, unless it is {@link #forget forgotten}. Fails with {@link
   * UnknownHostException}. The future completes on {@code loop}.
   */
  public Future<List<InetAddress>> resolve(Address address, EventLoop loop) {
    if (!(address instanceof Address.Domain domain)) {
      return literal(address.host(), loop);
    }
    String name = domain.host();
    Optional<List<InetAddress>> known = cache.fresh(name);
    if (known.isPresent()) {
      return loop.newSucceededFuture(known.get());
    }
    Promise<List<InetAddress>> promise = loop.newPromise();
    if (joins(name, promise)) {
      return promise;
    }
    try {
      lookups.execute(() -> lookUp(name));
    } catch (RejectedExecutionException e) {
      finish(name, new UnknownHostException(name + ": " + MAX_WAITING + " look-ups are waiting"));
    }
    return promise;
  }

  private Future<List<InetAddress>> literal(String host, EventLoop loop) {
    try {
      return loop.newSucceededFuture(List.of(lookUp.of(host)));
    } catch (UnknownHostException e) {
      return loop.newFailedFuture(e);
    }
  }

  /** Whether the name is being looked up already. */
  private boolean joins(String name, Promise<List<InetAddress>> promise) {
    synchronized (waiting) {
      List<Promise<List<InetAddress>>> others = waiting.get(name);
      if (others != null) {
        others.add(promise);
        return true;
      }
      waiting.put(name, new ArrayList<>(List.of(promise)));
      return false;
    }
  }

  private void lookUp(String name) {
    try {
      List<InetAddress> addresses = List.of(lookUp.of(name));
      cache.put(name, addresses);
      waiters(name).forEach(promise -> promise.trySuccess(addresses));
    } catch (UnknownHostException e) {
      finish(name, e);
    } catch (RuntimeException e) {
      // Not a name that the system takes.
      UnknownHostException unknown = new UnknownHostException(name + ": " + e.getMessage());
      unknown.initCause(e);
      finish(name, unknown);
    }
  }

  /** What was known is better than nothing. */
  private void finish(String name, UnknownHostException failure) {
    Optional<List<InetAddress>> stale = cache.stale(name);
    waiters(name)
        .forEach(
            promise -> {
              if (stale.isPresent()) {
                promise.trySuccess(stale.get());
              } else {
                promise.tryFailure(failure);
              }
            });
  }

  private List<Promise<List<InetAddress>>> waiters(String name) {
    synchronized (waiting) {
      List<Promise<List<InetAddress>>> mine = waiting.remove(name);
      return mine == null ? List.of() : mine;
    }
  }

  /** None of a name's addresses can be reached: it may stand for others by now. */
  void forget(Address address) {
    if (address instanceof Address.Domain domain) {
      cache.forget(domain.host());
    }
  }

  /** The network is another one: names may stand for others there. */
  public void forgetAll() {
    cache.forgetAll();
  }

  /** A connection to this address of the name stands. */
  void worked(Address address, InetAddress reached) {
    if (address instanceof Address.Domain domain) {
      cache.prefer(domain.host(), reached);
    }
  }

  @Override
  public void close() {
    lookups.shutdownNow();
  }
}
