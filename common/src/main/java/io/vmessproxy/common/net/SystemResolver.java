package io.vmessproxy.common.net;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks names up as the operating system does (hosts file, search domains, whatever is configured).
 *
 * <p>The system's look-up blocks, so it runs on threads of its own: a few, with a bounded queue.
 * Methods may be called from any thread.
 */
public final class SystemResolver implements AutoCloseable {
  private static final int THREADS = 4;
  private static final int MAX_WAITING = 256;

  private final ThreadPoolExecutor lookups;
  private final LookUp lookUp;

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
    this.lookUp = lookUp;
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
   * All addresses of a host, in the system's order of preference; an IP literal is its own.
   *
   * <p>Fails with {@link UnknownHostException}. The future completes on {@code loop}.
   */
  public Future<List<InetAddress>> resolve(Address address, EventLoop loop) {
    Promise<List<InetAddress>> promise = loop.newPromise();
    if (!(address instanceof Address.Domain domain)) {
      return lookUp(address.host(), promise);
    }
    try {
      lookups.execute(() -> lookUp(domain.host(), promise));
    } catch (RejectedExecutionException e) {
      promise.tryFailure(
          new UnknownHostException(domain.host() + ": " + MAX_WAITING + " look-ups are waiting"));
    }
    return promise;
  }

  private Promise<List<InetAddress>> lookUp(String host, Promise<List<InetAddress>> promise) {
    try {
      promise.trySuccess(List.of(lookUp.of(host)));
    } catch (UnknownHostException e) {
      promise.tryFailure(e);
    }
    return promise;
  }

  @Override
  public void close() {
    lookups.shutdownNow();
  }
}
