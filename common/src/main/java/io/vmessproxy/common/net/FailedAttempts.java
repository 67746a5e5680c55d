package io.vmessproxy.common.net;

import io.netty.channel.ConnectTimeoutException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Of the failures of a name's addresses, the one that tells the most; of equal ones the last. */
final class FailedAttempts {
  private @Nullable Throwable best;

  void add(Throwable failure) {
    Throwable cause = OutOfDescriptors.says(failure) ? new OutOfDescriptors() : failure;
    if (best == null || Word.of(cause).compareTo(Word.of(best)) >= 0) {
      best = cause;
    }
  }

  /** Whether what failed is this machine, and not the other end. */
  boolean isOutOfDescriptors() {
    return best instanceof OutOfDescriptors;
  }

  /** The one that tells the most, {@code failure} among them. */
  Throwable with(Throwable failure) {
    add(failure);
    return best == null ? failure : best;
  }

  /** The one that tells the most; there must be one. */
  Throwable best() {
    if (best == null) {
      throw new IllegalStateException("no attempt has failed");
    }
    return best;
  }

  /** What a failure says, the least first. */
  private enum Word {
    /** The packets left nowhere: as likely this machine lacks IPv6 or is offline. */
    NO_WAY,
    /** Something here forbids it. */
    FORBIDDEN,
    /** The packets left, and nothing came. */
    SILENCE,
    /** Something came. */
    RESET,
    /** The host itself spoke. */
    REFUSED,
    /** It is not about the host at all. */
    OUR_LIMIT;

    static Word of(Throwable failure) {
      if (failure instanceof OutOfDescriptors) {
        return OUR_LIMIT;
      }
      String text = text(failure);
      if (text.contains("refused")) {
        return REFUSED;
      }
      if (text.contains("reset")) {
        return RESET;
      }
      if (failure instanceof ConnectTimeoutException || text.contains("timed out")) {
        return SILENCE;
      }
      return text.contains("permi") ? FORBIDDEN : NO_WAY;
    }

    /** What the system said; without the address behind it, whose name may be any word. */
    private static String text(Throwable failure) {
      String said = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
      int address = said.lastIndexOf(": ");
      return address >= 0 && said.indexOf('/', address) >= 0 ? said.substring(0, address) : said;
    }
  }
}
