package io.vmessproxy.client.cli;

import io.vmessproxy.client.check.CheckRun;
import java.io.Console;
import java.io.PrintWriter;

/** How far a check is, in one line of a terminal that is written over. */
final class CheckProgress {
  private static final int COLUMNS = 40;

  private final PrintWriter err;
  private final boolean wanted;
  private boolean shown;

  CheckProgress(PrintWriter err, boolean wanted) {
    this.err = err;
    this.wanted = wanted && onTerminal();
  }

  @SuppressWarnings("SystemConsoleNull") // Since JDK 22 there is always one, with a word more.
  private static boolean onTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      return true; // An older JDK has one only where both streams are a terminal.
    }
  }

  void show(CheckRun run) {
    if (wanted) {
      write("%d of %d checked".formatted(run.done(), run.all()));
      shown = true;
    }
  }

  /** Leaves an empty line to write on. */
  void clear() {
    if (shown) {
      write("");
    }
  }

  private void write(String text) {
    err.print("\r" + Terminal.left(text, COLUMNS) + "\r");
    err.flush();
  }
}
