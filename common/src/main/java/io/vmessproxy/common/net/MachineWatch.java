package io.vmessproxy.common.net;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches for what happens to the machine under a program: that it slept, and that it has other
 * addresses. Looks once a second, on a thread of its own.
 *
 * <p>While a machine sleeps, its wall clock goes on and {@link System#nanoTime} stands still. A
 * wall clock that is set by more than the same seconds looks like sleep; that does no harm.
 */
public final class MachineWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MachineWatch.class);
  private static final long SLEPT_MILLIS = 5000;

  /** Both clocks are read within this time, or they say nothing of each other. */
  private static final long READING_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Listener listener;
  private final LongSupplier nanoTime;
  private final LongSupplier wallMillis;
  private final Addresses addresses;
  private final ScheduledExecutorService thread;
  private long lastNanos;
  private long lastWallMillis;
  private @Nullable Set<InetAddress> last; // null until the system has told them once

  /** Hears what happened, on the watch's thread. */
  public interface Listener {
    /** The machine slept for about so long. */
    void resumed(Duration slept);

    /** The machine's addresses are others: these went, and these came. */
    void addressesChanged(Set<InetAddress> gone, Set<InetAddress> came);
  }

  /** Tells the machine's addresses. */
  @FunctionalInterface
  interface Addresses {
    /** Those of the interfaces that are up. */
    Set<InetAddress> now() throws SocketException;
  }

  public MachineWatch(Listener listener) {
    this(listener, System::nanoTime, System::currentTimeMillis, MachineWatch::ofInterfaces);
  }

  MachineWatch(
      Listener listener, LongSupplier nanoTime, LongSupplier wallMillis, Addresses addresses) {
    this.listener = listener;
    this.nanoTime = nanoTime;
    this.wallMillis = wallMillis;
    this.addresses = addresses;
    ScheduledThreadPoolExecutor one =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread made = new Thread(work, "machine-watch");
              made.setDaemon(true);
              return made;
            });
    this.thread = one;
  }

  /** Looks from now on. */
  public void start() {
    begin();
    thread.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  void begin() {
    lastNanos = nanoTime.getAsLong();
    lastWallMillis = wallMillis.getAsLong();
    try {
      last = addresses.now();
    } catch (SocketException e) {
      LOG.debug("the machine's addresses", e);
    }
  }

  void look() {
    try {
      lookAtClocks();
      lookAtAddresses();
    } catch (SocketException e) {
      LOG.debug("looking at the machine", e); // The next look is in a second.
    } catch (RuntimeException | Error e) {
      LOG.error("looking at the machine", e); // What is thrown further ends all looks.
    }
  }

  private void lookAtClocks() {
    long nanos = nanoTime.getAsLong();
    long wall = wallMillis.getAsLong();
    if (nanoTime.getAsLong() - nanos > READING_NANOS) {
      return; // The thread was held up between the two; the next look sees as much.
    }
    long ahead = wall - lastWallMillis - TimeUnit.NANOSECONDS.toMillis(nanos - lastNanos);
    lastNanos = nanos;
    lastWallMillis = wall;
    if (ahead > SLEPT_MILLIS) {
      listener.resumed(Duration.ofMillis(ahead));
    }
  }

  private void lookAtAddresses() throws SocketException {
    Set<InetAddress> now = addresses.now();
    Set<InetAddress> before = last;
    last = now;
    if (before == null || now.equals(before)) {
      return;
    }
    Set<InetAddress> gone = new HashSet<>(before);
    gone.removeAll(now);
    Set<InetAddress> came = new HashSet<>(now);
    came.removeAll(before);
    listener.addressesChanged(gone, came);
  }

  private static Set<InetAddress> ofInterfaces() throws SocketException {
    Set<InetAddress> all = new HashSet<>();
    for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      // Link-local ones come and go with every container, and lead nowhere.
      List<InetAddress> its =
          each.inetAddresses().filter(address -> !address.isLinkLocalAddress()).toList();
      if (!its.isEmpty() && each.isUp()) { // A system call, so it comes last.
        all.addAll(its);
      }
    }
    return all;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
