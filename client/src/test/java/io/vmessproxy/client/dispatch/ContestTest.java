package io.vmessproxy.client.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.EndOfStream;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContestTest implements Contest.Asker {
  private final FakeServers servers = new FakeServers(3);
  private final EmbeddedChannel app = new EmbeddedChannel();
  private final List<String> heard = new ArrayList<>();
  private HedgeBudget hedges = HedgeBudget.few();
  private boolean repeatable = true;
  private boolean asks = true;

  @BeforeEach
  void freeze() {
    app.freezeTime();
  }

  @AfterEach
  void release() {
    app.finishAndReleaseAll();
    servers.opened().forEach(server -> server.stream.finishAndReleaseAll());
  }

  @Test
  void theFirstByteDecides() {
    start();
    answer(0);

    assertThat(heard).containsExactly("asks server 1", "answered by server 1");
    assertThat(servers.opened().get(0).told).containsExactly("answered");
    assertThat(servers.stream(0).pipeline().get(Entrant.class)).isNull();
    assertThat(servers.stream(0).<ByteBuf>readInbound()).isEqualTo(bytes());
  }

  @Test
  void asksTheNextServerWhenOneBreaks() {
    start();
    breaks(0);
    answer(1);

    assertThat(heard).containsExactly("asks server 1", "asks server 2", "answered by server 2");
    assertThat(servers.opened().get(0).told).containsExactly("lost", "outdone");
  }

  @Test
  void asksTheNextServerWhenOneEndsUnanswered() {
    start();
    servers.stream(0).writeInbound(EndOfStream.INSTANCE);

    assertThat(heard).containsExactly("asks server 1", "asks server 2");
    assertThat(servers.stream(0).isActive()).isFalse();
    assertThat(servers.stream(0).<Object>readInbound()).as("nobody hears of it").isNull();
  }

  @Test
  void doesNotAskTwiceWhatIsNotRepeatable() {
    repeatable = false;
    start();
    breaks(0);

    assertThat(heard).containsExactly("asks server 1", "server 1 ended, waiting");
    assertThat(servers.opened()).hasSize(1);
  }

  @Test
  void passesTheEndOnWhereNoServerIsLeft() {
    start();
    breaks(0);
    breaks(1);
    servers.stream(2).writeInbound(EndOfStream.INSTANCE);

    assertThat(heard).endsWith("asks server 3", "server 3 ended, waiting");
    assertThat(servers.stream(2).<Object>readInbound()).isSameAs(EndOfStream.INSTANCE);
  }

  @Test
  void believesATargetThatEndsWithoutBeingAsked() {
    asks = false;
    start();
    servers.stream(0).writeInbound(EndOfStream.INSTANCE);

    assertThat(heard).containsExactly("asks server 1", "server 1 ended");
  }

  @Test
  void replacesAStreamThatBreaksBeforeAnythingWasSent() {
    asks = false;
    start();
    servers.stream(0).pipeline().fireExceptionCaught(new ClosedChannelException());

    assertThat(heard).containsExactly("asks server 1", "asks server 2");
    assertThat(servers.opened().get(0).told).as("nothing was asked").isEmpty();
  }

  @Test
  void saysThatNoOtherServerCanBeReached() {
    start();
    servers.refuse();
    breaks(0);

    assertThat(heard).containsExactly("asks server 1", "failed");
  }

  @Test
  void asksASecondServerWhereTheFirstIsUnusuallySlow() {
    start();
    pass(FakeServers.UNUSUAL_MILLIS - 1);
    assertThat(servers.opened()).hasSize(1);
    pass(1);
    assertThat(heard).containsExactly("asks server 1", "asks server 2");
    assertThat(servers.opened().get(0).told).containsExactly("doubt");

    answer(1);

    assertThat(heard).endsWith("answered by server 2");
    assertThat(servers.opened().get(0).told).containsExactly("doubt", "outdone");
    assertThat(servers.stream(0).isActive()).isFalse();
  }

  @Test
  void theFirstServerMayStillWin() {
    start();
    pass(FakeServers.UNUSUAL_MILLIS);
    answer(0);

    assertThat(heard).endsWith("answered by server 1");
    assertThat(servers.stream(1).isActive()).isFalse();
    assertThat(servers.opened().get(1).told).as("it had less time").isEmpty();
  }

  @Test
  void hedgesOnceForASession() {
    start();
    pass(60_000);

    assertThat(servers.opened()).hasSize(2);
  }

  @Test
  void hedgesNothingWhereThatIsOff() {
    hedges = HedgeBudget.none();
    start();
    pass(60_000);

    assertThat(servers.opened()).hasSize(1);
    assertThat(servers.opened().get(0).told).contains("doubt");
  }

  @Test
  void leavesServersThatHaveTurnedOutBad() {
    hedges = HedgeBudget.none();
    start();
    pass(FakeServers.UNUSUAL_MILLIS);
    servers.opened().get(0).ejected = true;
    pass(500);
    assertThat(heard).containsExactly("asks server 1", "asks server 2");
    servers.opened().get(1).ejected = true;
    pass(2000);
    assertThat(heard).endsWith("asks server 2", "asks server 3");
  }

  @Test
  void settlesOnTheServerThatStillServes() {
    Contest contest = start();
    pass(FakeServers.UNUSUAL_MILLIS);
    servers.opened().get(0).ejected = true;

    OpenStream kept = contest.settle();

    assertThat(kept).isNotNull();
    assertThat(kept.channel()).isSameAs(servers.stream(1));
    assertThat(servers.stream(0).isActive()).isFalse();
  }

  @Test
  void cancellingClosesAllStreams() {
    Contest contest = start();
    pass(FakeServers.UNUSUAL_MILLIS);

    contest.cancel();

    assertThat(servers.opened()).hasSize(2).allMatch(server -> !server.stream.isActive());
    assertThat(heard).as("nothing more").hasSize(2);
  }

  private Contest start() {
    Session session = Session.of("test", new Destination(Address.of("target.example"), 443));
    Contest contest = new Contest(servers, session, app.eventLoop(), hedges, this);
    contest.start();
    app.runPendingTasks();
    return contest;
  }

  private void pass(long millis) {
    for (long passed = 0; passed < millis; passed += Math.min(millis - passed, 50)) {
      app.advanceTimeBy(Math.min(millis - passed, 50), TimeUnit.MILLISECONDS);
      app.runScheduledPendingTasks();
      app.runPendingTasks();
    }
  }

  private void breaks(int server) {
    servers.stream(server).pipeline().fireChannelInactive();
  }

  private void answer(int server) {
    servers.stream(server).writeInbound(bytes());
    app.runPendingTasks();
  }

  private static ByteBuf bytes() {
    return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump("48656c6c6f"));
  }

  @Override
  public void ask(OpenStream stream) {
    heard.add("asks " + stream.server());
    if (asks) {
      stream.channel().writeAndFlush(bytes());
    }
  }

  @Override
  public boolean repeatable() {
    return repeatable;
  }

  @Override
  public void answered(OpenStream stream) {
    heard.add("answered by " + stream.server());
  }

  @Override
  public void ended(OpenStream stream, boolean waiting) {
    heard.add(stream.server() + " ended" + (waiting ? ", waiting" : ""));
  }

  @Override
  public void failed(Throwable cause) {
    heard.add("failed");
  }
}
