package io.vmessproxy.common.net;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** This process has as many files and sockets open as it may: nobody else's fault. */
public final class OutOfDescriptors extends IOException {
  private static final long serialVersionUID = 1L;

  OutOfDescriptors(Throwable cause) {
    super("this machine's limit of open files is reached", cause);
  }

  /** Whether the system said so. */
  static boolean isCauseOf(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String text = cause.getMessage();
      if (text != null && text.toLowerCase(java.util.Locale.ROOT).contains("too many open files")) {
        return true;
      }
    }
    return false;
  }
}
