package io.vmessproxy.client.dispatch;

import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether all that an application has sent in a tunnel may be sent once more, to another server: a
 * ClientHello of TLS, or the head of an idempotent request of HTTP/1 without a body, or the
 * beginning of one of these; and nothing else. What was asked so may be asked twice.
 *
 * <p>Looks at the bytes as they come, whatever the pieces. Anything that it does not know is not
 * safe. Lives on one event loop.
 *
 * <p>Source: RFC 8446, sections 4.1.2, 5.1 and 8; RFC 9110, section 9.2.2; RFC 9112.
 */
public final class ReplayRule {
  /** More is never kept. */
  static final int MAX_BYTES = 64 * 1024;

  private static final int TLS_HANDSHAKE = 22;

  private int bytes;
  private @Nullable Opening opening;
  private boolean safe = true;

  /** The beginning of a conversation of one kind. */
  interface Opening {
    /** Takes the next byte; returns whether all so far is safe. */
    boolean add(int next);

    /** Whether it is whole. */
    boolean complete();

    /** What it calls its target. */
    Optional<String> name();
  }

  /**
   * Looks at what is sent next, without consuming it.
   *
   * @return whether all so far may be sent once more
   */
  boolean add(ByteBuf sent) {
    int end = sent.writerIndex();
    for (int i = sent.readerIndex(); i < end && safe; i++) {
      add(sent.getUnsignedByte(i));
    }
    return safe;
  }

  private void add(int next) {
    bytes++;
    Opening known = opening;
    if (known == null) {
      known = next == TLS_HANDSHAKE ? new HelloOpening() : new RequestOpening();
      opening = known;
    }
    safe = bytes <= MAX_BYTES && known.add(next);
  }

  /** Whether all so far may be sent once more; also where nothing was sent. */
  boolean safe() {
    return safe;
  }

  /** Whether a whole ClientHello or request was sent. */
  boolean complete() {
    return opening != null && opening.complete();
  }

  /** What a whole ClientHello or request calls its target: a name, or an address as text. */
  Optional<String> name() {
    return opening == null ? Optional.empty() : opening.name();
  }

  /**
   * Whether a method has the same effect when it is asked for twice.
   *
   * @param method as in a request line
   */
  public static boolean idempotent(String method) {
    return switch (method) {
      case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
      default -> false;
    };
  }
}
