package io.vmessproxy.client.cli;

/** What the program says to whoever started it. */
final class ExitCode {
  /** Ended as asked. */
  static final int OK = 0;

  /** The machine did not let it: a listener cannot be bound. */
  static final int FAILURE = 1;

  /** The command line is wrong. */
  static final int USAGE = 2;

  /** Ended by a second signal: this and the signal's number, as shells count. */
  static final int SIGNAL = 128;

  private ExitCode() {}
}
