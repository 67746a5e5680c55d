package io.vmessproxy.client.dispatch;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.vmessproxy.client.outbound.Attempts;
import io.vmessproxy.client.outbound.Outbound;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.client.session.StreamFeedback;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who answers a session: until the target's first byte, a server that ends the stream, or has
 * turned out not to serve, or takes unusually long, is replaced or joined by another one, as long
 * as all that was sent may be sent once more. The first byte decides.
 *
 * <p>Lives on the session's event loop.
 */
public final class Contest {
  private static final Logger LOG = LoggerFactory.getLogger(Contest.class);

  /** More at once would be a burden to the servers that still serve. */
  private static final int MOST_AT_ONCE = 3;

  /** Behind the first unusual moment, how often to look again; at most. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private static final long LOOK_SELDOM_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Outbound outbound;
  private final Session session;
  private final EventLoop loop;
  private final HedgeBudget hedges;
  private final Asker asker;
  private final Attempts attempts;
  private final List<Entrant> running = new ArrayList<>(1);
  private final List<StreamFeedback> losers = new ArrayList<>(0);

  private @Nullable Future<OpenStream> opening;
  private @Nullable ScheduledFuture<?> look;
  private long lookNanos = LOOK_NANOS;
  private boolean hedged;
  private boolean over;

  /** Who wants the answer. */
  public interface Asker {
    /**
     * A stream stands, the first or another one: handlers go to its tail, and all that was sent so
     * far is sent on it.
     */
    void ask(OpenStream stream);

    /** Whether all that was sent may be sent once more. */
    boolean repeatable();

    /** The target's first byte comes through this stream, behind this call. No other is left. */
    void answered(OpenStream stream);

    /**
     * The last stream has ended before its first byte. That end comes behind this call.
     *
     * @param waiting whether the application has sent something, and not ended
     */
    void ended(OpenStream stream, boolean waiting);

    /** No stream could be opened, and there is none. */
    void failed(Throwable cause);
  }

  Contest(Outbound outbound, Session session, EventLoop loop, HedgeBudget hedges, Asker asker) {
    this.outbound = outbound;
    this.session = session;
    this.loop = loop;
    this.hedges = hedges;
    this.asker = asker;
    this.attempts = outbound.attempts();
  }

  /** Opens the first stream. */
  public void start() {
    hedges.earn();
    open();
  }

  /** Nobody wants an answer any more. */
  public void cancel() {
    if (!over) {
      finish();
      running().forEach(Entrant::abandon);
      running.clear();
    }
  }

  /** Nobody wants to know any more; the streams there are stay as they are. */
  void leave() {
    finish();
  }

  /** Whether there is another server to go to, as far as this session may. */
  private boolean mayMove() {
    return outbound.hasAnother(attempts);
  }

  /** Whether it may have to be asked for again: elsewhere, or where its connection is shared. */
  boolean mayAskAgain(OpenStream stream) {
    return stream.channel().parent() != null || mayMove();
  }

  /** The streams that what the application sends goes to. */
  List<Entrant> running() {
    return List.copyOf(running); // What is done with one may end it.
  }

  /**
   * What is sent now cannot be sent once more: one stream stays, the one that still seems to serve.
   *
   * @return null if there is none yet; then one is being opened
   */
  @Nullable OpenStream settle() {
    if (running.isEmpty()) {
      return null;
    }
    Entrant kept =
        running.stream()
            .filter(one -> !one.stream().feedback().ejected())
            .findFirst()
            .orElse(running.get(0));
    stopOpening();
    leaveOnly(kept);
    return kept.stream();
  }

  private void leaveOnly(Entrant kept) {
    List<Entrant> others = List.copyOf(running);
    running.clear();
    running.add(kept);
    others.stream().filter(other -> other != kept).forEach(Entrant::abandon);
  }

  private void open() {
    Future<OpenStream> future = outbound.open(session, attempts, loop);
    opening = future;
    future.addListener(opened -> opened(future));
  }

  private void opened(Future<OpenStream> future) {
    if (opening != future || over) {
      if (future.isSuccess()) {
        future.getNow().channel().close();
      }
      return;
    }
    opening = null;
    if (future.isSuccess()) {
      Entrant entrant = new Entrant(this, future.getNow());
      running.add(entrant);
      entrant.stream().channel().pipeline().addLast(entrant);
      asker.ask(entrant.stream());
    } else if (running.isEmpty()) {
      finish();
      asker.failed(future.cause());
    } else {
      LOG.debug("{}: no other server: {}", session, future.cause().getMessage());
    }
  }

  /** An entrant has been sent something. */
  void asked() {
    if (look == null && !over) {
      lookIn(running.get(running.size() - 1).stream().feedback().unusualNanos());
    }
  }

  private void lookIn(long nanos) {
    look = nanos == Long.MAX_VALUE ? null : loop.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
  }

  /** The answer is late. */
  private void look() {
    look = null;
    if (over) {
      return;
    }
    if (!running.isEmpty()) {
      Entrant last = running.get(running.size() - 1);
      last.stream().feedback().doubt(last.waitedNanos());
      if (opening == null && running.size() < MOST_AT_ONCE && asker.repeatable() && mayMove()) {
        join();
      }
    }
    lookIn(lookNanos);
    lookNanos = Math.min(LOOK_SELDOM_NANOS, lookNanos * 5 / 4);
  }

  private void join() {
    boolean noneServes = running.stream().allMatch(one -> one.stream().feedback().ejected());
    if (noneServes || (!hedged && hedges.take())) {
      hedged = true;
      LOG.debug("{}: asks another server, too", session);
      open();
    }
  }

  void answered(Entrant winner) {
    if (over) {
      return;
    }
    finish();
    if (winner.asked()) {
      winner.stream().feedback().answered(winner.waitedNanos());
    }
    for (Entrant earlier : running.subList(0, running.indexOf(winner))) {
      losers.add(earlier.stream().feedback());
    }
    losers.forEach(StreamFeedback::outdone);
    leaveOnly(winner);
    asker.answered(winner.stream());
  }

  /**
   * A stream ended before the first byte.
   *
   * @param inOrder by a FIN, behind which nothing comes
   * @return whether another one is, or will be, in its place
   */
  boolean ended(Entrant entrant, boolean inOrder) {
    if (over) {
      return false;
    }
    running.remove(entrant);
    if (entrant.waiting()) {
      entrant.stream().feedback().lost();
    }
    boolean othersRun = !running.isEmpty() || opening != null;
    if (!othersRun && asker.repeatable() && entrant.brokeWithItsConnection()) {
      attempts.repeatLast();
    }
    // A target that ends what it was not asked for does so on purpose.
    boolean again = (entrant.asked() || !inOrder) && asker.repeatable() && mayMove();
    if (othersRun || again) {
      losers.add(entrant.stream().feedback());
      entrant.abandon();
      if (!othersRun) {
        LOG.debug("{}: server {} ended it unanswered", session, entrant.stream().server());
        open();
      }
      return true;
    }
    finish();
    asker.ended(entrant.stream(), entrant.waiting());
    return false;
  }

  private void finish() {
    over = true;
    stopOpening();
    if (look != null) {
      look.cancel(false);
      look = null;
    }
  }

  private void stopOpening() {
    Future<OpenStream> none = opening;
    opening = null;
    if (none != null) {
      none.cancel(false);
    }
  }

  /** The failure that the log and the application hear of a stream that ended unanswered. */
  static OutboundException failure(Session session, OpenStream stream) {
    return Dispatcher.endedBeforeAnswer(session, stream.server(), stream.channel());
  }
}
