package io.vmessproxy.client.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * SIGTERM and SIGINT: the first one asks the program to end, a second one ends it. While the
 * program starts there is nothing to end in order, and a subscription may take its seconds: then
 * the first one ends it.
 *
 * <p>Not a shutdown hook: behind one the JVM exits with 128 and the signal's number, and does not
 * hear a second signal.
 */
final class StopSignal {
  private final CountDownLatch asked = new CountDownLatch(1);
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final int early;
  private volatile boolean started;

  private StopSignal(int early) {
    this.early = early;
  }

  /**
   * Takes the two signals over from the JVM.
   *
   * @param early the exit code of a program that is ended while it starts
   */
  static StopSignal install(int early) {
    StopSignal stop = new StopSignal(early);
    Signals.handle("TERM", stop::received);
    Signals.handle("INT", stop::received);
    return stop;
  }

  /** Says that there is something to end in order from now on. */
  void started() {
    started = true;
  }

  /** Waits for the first signal. */
  void await() throws InterruptedException {
    asked.await();
  }

  /** Whether there was one. */
  boolean asked() {
    return asked.getCount() == 0;
  }

  private void received(int number) {
    if (!started) {
      Runtime.getRuntime().halt(early);
    }
    if (stopping.compareAndSet(false, true)) {
      asked.countDown();
      return;
    }
    Runtime.getRuntime().halt(ExitCode.SIGNAL + number);
  }
}
