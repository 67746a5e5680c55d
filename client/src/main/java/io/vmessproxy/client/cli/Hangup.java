package io.vmessproxy.client.cli;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/**
 * SIGHUP, which would end the program: from here on it asks for something, once there is something
 * to ask. Where the terminal that the program was started from has gone, it ends the program as
 * SIGTERM does. Loads no logger, for whoever installs it does not know its level yet.
 */
final class Hangup {
  private static final String NAME = "HUP";
  private static final String TERMINAL = "/dev/tty";

  private final boolean fromTerminal = terminal();
  private final Semaphore asked = new Semaphore(0);

  private Hangup() {}

  /** Takes the signal over from the JVM; what comes before {@link #onEach} is not lost. */
  static Hangup install() {
    Hangup hangup = new Hangup();
    Signals.handle(NAME, number -> hangup.received());
    return hangup;
  }

  private void received() {
    if (fromTerminal && !terminal()) {
      Signals.raise("TERM");
    } else {
      asked.release();
    }
  }

  /** Whether there is one that this process belongs to. */
  private static boolean terminal() {
    try (FileInputStream opened = new FileInputStream(TERMINAL)) {
      return opened.getFD().valid();
    } catch (IOException e) {
      return false;
    }
  }

  /** Gives it back to the system: it ends the program again. */
  void uninstall() {
    Signals.reset(NAME);
  }

  /** Does this for each from now on, on a thread of its own; those that come meanwhile are one. */
  void onEach(Runnable task) {
    Thread thread = new Thread(() -> serve(task), "reload");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve(Runnable task) {
    try {
      while (true) {
        asked.acquire();
        asked.drainPermits();
        task.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
