package io.vmessproxy.client.dispatch;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.vmessproxy.client.outbound.Outbound;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.InboundReply;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.common.net.StrangersLog;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a session from its front end to its outbound, and joins the two. */
public final class Dispatcher {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

  private final Outbound outbound;
  private final HedgeBudget hedges;
  private final FoldedLog failures = new FoldedLog(LOG::warn);
  private final StrangersLog refusals = new StrangersLog(LOG::info);
  private final LocalLookUpHint hint = new LocalLookUpHint();

  public Dispatcher(Outbound outbound) {
    this(outbound, HedgeBudget.few());
  }

  /**
   * @param hedges how many sessions may ask a second server before the first one has failed
   */
  public Dispatcher(Outbound outbound, HedgeBudget hedges) {
    this.outbound = outbound;
    this.hedges = hedges;
  }

  /** One that refuses every session for this reason. */
  public static Dispatcher refusing(OutboundException why) {
    return new Dispatcher(new NoWayOut(why), HedgeBudget.none());
  }

  /** For what never becomes a session. */
  public StrangersLog refusals() {
    return refusals;
  }

  /**
   * Opens a tunnel for a session, joins it to the application's channel, and tells the application.
   *
   * @param inbound the application's channel, a socket with half-closure allowed and auto-read off;
   *     called on its event loop
   */
  public void dispatch(Channel inbound, Session session, InboundReply reply) {
    new Tunnel(this, inbound, session, reply).open();
  }

  /**
   * What it means that a stream ends before the target's first byte: where nothing else is known,
   * the server has shown that it takes the user, so it is the target.
   *
   * @param server the server's tag
   * @param stream null: there was none
   */
  public static OutboundException endedBeforeAnswer(
      Session session, String server, @Nullable Channel stream) {
    return Optional.ofNullable(stream)
        .flatMap(OpenStream::failure)
        .orElseGet(
            () ->
                new OutboundException(
                    Failure.TARGET,
                    "target",
                    server,
                    "%s ended before its first byte".formatted(session.destination()),
                    "does it refuse, or not exist, for the server?"));
  }

  /**
   * Tells the log of a session that failed: one line for each cause, folded.
   *
   * @param loop the session's
   */
  public void report(Session session, OutboundException failure, EventLoop loop) {
    LOG.debug("{}: {}", session, failure.getMessage());
    failures.write(String.valueOf(failure.getMessage()), loop);
  }

  LocalLookUpHint hint() {
    return hint;
  }

  static OutboundException outboundException(Throwable cause, Session session) {
    if (cause instanceof OutboundException expected) {
      return expected;
    }
    LOG.error("{}: opening its stream", session, cause);
    return new OutboundException(Failure.INTERNAL, "dispatch", "-", cause.toString());
  }

  /**
   * Who answers a session, for a front end that relays by itself, as plain HTTP does for each
   * request.
   */
  public Contest contest(Session session, EventLoop loop, Contest.Asker asker) {
    LOG.debug("{}", session);
    return new Contest(outbound, session, loop, hedges, asker);
  }

  /**
   * The streams of a new association of datagrams: they open as its targets are first sent to.
   *
   * @param inbound the front end it came through
   * @param loop where the association lives, and its streams with it
   * @param counts what becomes of its datagrams
   * @param answers takes what comes back
   */
  public DatagramStreams datagrams(
      String inbound, EventLoop loop, DatagramCounts counts, DatagramStreams.Answers answers) {
    return new DatagramStreams(
        inbound, outbound, loop, counts, answers, StreamLimits.DEFAULT, failures);
  }
}
