package io.vmessproxy.common.net;

import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.nio.channels.SocketChannel;

/**
 * This process, or this machine, may open no more sockets: nothing that the other end could help.
 * It carries no stack trace, as it comes in floods.
 */
public final class OutOfDescriptors extends IOException {
  private static final long serialVersionUID = 1L;

  private static final String TEXT = "Too many open files";

  /** Where a program may have no more, and where the system may; the same on all Unixes. */
  private static final int EMFILE = 24;

  private static final int ENFILE = 23;

  /** Causes may be nested, but not for ever. */
  private static final int MAX_DEPTH = 8;

  public OutOfDescriptors() {
    super("this machine's limit of open files is reached");
  }

  /** Whether it says so, or one of its causes: Netty wraps what a socket's constructor throws. */
  static boolean says(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MAX_DEPTH; i++) {
      if (cause instanceof OutOfDescriptors || isLimit(cause)) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** Whether no socket can be opened now. For those that do not say why they fail: look-ups. */
  static boolean now() {
    try {
      SocketChannel.open().close();
      return false;
    } catch (IOException e) {
      return says(e);
    }
  }

  private static boolean isLimit(Throwable cause) {
    if (cause instanceof NativeIoException system) {
      int error = -system.expectedErr();
      return error == EMFILE || error == ENFILE;
    }
    String text = cause.getMessage();
    return cause instanceof IOException && text != null && text.contains(TEXT);
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
