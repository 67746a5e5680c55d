package io.vmessproxy.client.inbound;

import io.netty.channel.Channel;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.common.net.Descriptors;
import io.vmessproxy.common.net.StrangersLog;
import java.util.concurrent.atomic.AtomicInteger;
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

  /** How many above the maximum may be told so at once. */
  private static final int TOLD = 16;

  /** The application's end and the server's. */
  private static final int DESCRIPTORS_EACH = 2;

  /** For questions to servers, look-ups, UDP, and files that are read again. */
  private static final int RESERVE = 40;

  private final int max;
  private final AtomicInteger open = new AtomicInteger();
  private final StrangersLog log = new StrangersLog(LOG::warn);

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
    return new ConnectionLimit(Descriptors.connections(MOST, each, RESERVE + TOLD));
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
      log.write(
          channel.remoteAddress(), "closed as it came, for %d are open already".formatted(max));
      return Verdict.CLOSE;
    }
    channel.closeFuture().addListener(done -> open.decrementAndGet());
    return now > max ? Verdict.REFUSE : Verdict.SERVE;
  }
}
