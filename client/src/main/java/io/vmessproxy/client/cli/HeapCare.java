package io.vmessproxy.client.cli;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Has the JVM collect its old generation now and then. What a connection holds for longer than some
 * seconds moves there, and is garbage when the connection ends; the JVM looks for it only once the
 * heap is full, so the process would grow to the heap's limit however little is alive.
 *
 * <p>A collection stops the program for some 50 ms at 20 MB. It happens once in {@link #EVERY} at
 * most, and not at all while the program has little to do, or so much alive that the JVM collects
 * often by itself. {@code -XX:+DisableExplicitGC} turns it off.
 */
final class HeapCare {
  private static final Duration EVERY = Duration.ofMinutes(4);

  private static final int STACK_BYTES = 128 * 1024;

  private final Runnable collection;
  private final BooleanSupplier muchAlive;

  /** Gone as soon as the JVM has collected its young generation. */
  private WeakReference<Object> canary = new WeakReference<>(new Object());

  private boolean leftToTheJvm;

  /**
   * For tests.
   *
   * @param muchAlive asked behind a collection
   */
  HeapCare(Runnable collection, BooleanSupplier muchAlive) {
    this.collection = collection;
    this.muchAlive = muchAlive;
  }

  /** Begins, for as long as the JVM runs. */
  static void start() {
    HeapCare care = new HeapCare(System::gc, HeapCare::isHalfFull);
    Thread thread = new Thread(null, care::run, "heap-care", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(EVERY.toMillis());
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Collects if there can be something. */
  void look() {
    if (canary.get() != null) {
      return;
    }
    canary = new WeakReference<>(new Object());
    if (!leftToTheJvm) {
      collection.run();
    }
    leftToTheJvm = muchAlive.getAsBoolean();
  }

  /** Dies with the next collection of the young generation. */
  WeakReference<Object> canary() {
    return canary;
  }

  private static boolean isHalfFull() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory() > runtime.maxMemory() / 2;
  }
}
