package io.vmessproxy.client.inbound;

import io.netty.channel.Channel;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OutboundException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the applications' connections, of all listeners together. Those above a maximum are told
 * so in the words of their protocol; those above a second one, by which there are too many to tell,
 * are closed. Thread-safe.
 */
public final class ConnectionLimit {
  /** The most at once, however many descriptors there may be. */
  public static final int MOST = 32_768;

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimit.class);
  private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** How many above the maximum may be told so at once. */
  private static final int TOLD = 16;

  /** The application's end and the server's. */
  private static final int DESCRIPTORS_EACH = 2;

  /** For questions to servers, look-ups, UDP, and files that are read again. */
  private static final int RESERVE = 40;

  private final int max;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final AtomicLong lastLogNanos = new AtomicLong(System.nanoTime() - LOG_EVERY_NANOS);

  /** What becomes of a connection. */
  enum Verdict {
    SERVE,
    /** Its request is read, and refused. */
    REFUSE,
    CLOSE
  }

  /**
   * @param max how many may be open at once
   */
  ConnectionLimit(int max) {
    this.max = max;
  }

  /** As many as this process may have descriptors for. */
  public static ConnectionLimit ofThisProcess() {
    return ofThisProcess(false);
  }

  /**
   * As many as this process may have descriptors for.
   *
   * @param withServer whether the server is in the process, too, with both ends of its own
   */
  public static ConnectionLimit ofThisProcess(boolean withServer) {
    int each = withServer ? 2 * DESCRIPTORS_EACH : DESCRIPTORS_EACH;
    int descriptors = Descriptors.limit() - Descriptors.open() - RESERVE - TOLD;
    return new ConnectionLimit(Math.max(1, Math.min(MOST, descriptors / each)));
  }

  /** How many may be open at once. */
  int max() {
    return max;
  }

  /** What those hear that are too many. */
  OutboundException reached() {
    return new OutboundException(
        Failure.EXHAUSTED,
        "accept",
        OutboundException.NO_SERVER,
        "%d connections are open, which is all that the limit of open files allows".formatted(max),
        "close some, or raise it: ulimit -n");
  }

  /** What becomes of a connection that is here. Counts it until it closes, unless it is to. */
  Verdict admit(Channel channel) {
    int now = open.incrementAndGet();
    if (now > max + TOLD) {
      open.decrementAndGet();
      closed.incrementAndGet();
      logFolded();
      return Verdict.CLOSE;
    }
    channel.closeFuture().addListener(done -> open.decrementAndGet());
    return now > max ? Verdict.REFUSE : Verdict.SERVE;
  }

  /** A flood is one line in ten seconds. */
  private void logFolded() {
    long last = lastLogNanos.get();
    long now = System.nanoTime();
    if (now - last >= LOG_EVERY_NANOS && lastLogNanos.compareAndSet(last, now)) {
      LOG.warn("{} connections closed as they came, {} are open already", closed.getAndSet(0), max);
    }
  }
}
