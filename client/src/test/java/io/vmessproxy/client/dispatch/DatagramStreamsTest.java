package io.vmessproxy.client.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.vmessproxy.client.outbound.Outbound;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.OutboundException;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.policy.Policy;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatagramStreamsTest {
  private static final Duration IDLE = Duration.ofSeconds(60);
  private static final StreamLimits LIMITS =
      new StreamLimits(2, 3, 100, 150, Duration.ofSeconds(1));

  private final EmbeddedChannel clock = new EmbeddedChannel();
  private final Openings openings = new Openings();
  private final Heard heard = new Heard();
  private final DatagramCounts counts = new DatagramCounts();
  private final DatagramStreams streams =
      new DatagramStreams(
          "test", openings, clock.eventLoop(), counts, heard, LIMITS, new FoldedLog(line -> {}));

  DatagramStreamsTest() {
    clock.freezeTime();
  }

  @AfterEach
  void leaveNothing() {
    streams.close();
    assertThat(streams.size()).isZero();
    clock.finishAndReleaseAll();
  }

  @Test
  void sendsWhatWaitedInItsOrder() {
    send("a:1", "one");
    send("a:1", "two");
    EmbeddedChannel a = openings.succeed(0);
    send("a:1", "three");
    streams.flush();

    assertThat(sent(a)).containsExactly("a:1 one", "a:1 two", "a:1 three");
    assertThat(openings.sessions).singleElement().asString().contains("test udp a:1");
  }

  @Test
  void letsNoMoreDatagramsWaitThanOneStreamMay() {
    for (String text : List.of("one", "two", "three", "four", "five")) {
      send("a:1", text);
    }

    assertThat(sent(openings.succeed(0))).containsExactly("a:1 one", "a:1 two", "a:1 three");
    assertThat(counts.of(Drop.WAITING)).isEqualTo(2);
  }

  @Test
  void letsNoMoreBytesWaitThanOneStreamMay() {
    send("a:1", "x".repeat(101));
    send("a:1", "y".repeat(60));
    send("a:1", "z".repeat(60));

    assertThat(sent(openings.succeed(0))).containsExactly("a:1 " + "y".repeat(60));
    assertThat(counts.of(Drop.WAITING)).isEqualTo(2);
  }

  @Test
  void letsNoMoreBytesWaitThanAllStreamsMay() {
    send("a:1", "x".repeat(100));
    send("b:1", "y".repeat(60));
    assertThat(counts.of(Drop.WAITING)).isOne();

    sent(openings.succeed(0));
    send("b:1", "z".repeat(60));

    assertThat(sent(openings.succeed(1))).containsExactly("b:1 " + "z".repeat(60));
  }

  @Test
  void endsTheLeastRecentlyUsedStreamToMakeRoom() {
    send("a:1", "1");
    EmbeddedChannel a = openings.succeed(0);
    send("b:1", "2");
    EmbeddedChannel b = openings.succeed(1);
    // An answer is use, too.
    a.writeInbound(datagram("a:1", "answer"));
    send("c:1", "3");
    EmbeddedChannel c = openings.succeed(2);

    assertThat(streams.size()).isEqualTo(2);
    assertThat(sent(b)).containsExactly("b:1 2", "end");
    assertThat(b.isOpen()).isFalse();
    assertThat(sent(a)).containsExactly("a:1 1");
    assertThat(sent(c)).containsExactly("c:1 3");
  }

  @Test
  void abandonsAnOpeningToMakeRoom() {
    send("a:1", "1");
    send("b:1", "2");
    send("c:1", "3");

    assertThat(openings.promises.get(0).isCancelled()).isTrue();
    assertThat(counts.of(Drop.NO_STREAM)).isOne();
  }

  @Test
  void endsAStreamThatIdlesAndOpensAnotherForTheNextDatagram() {
    send("a:1", "1");
    EmbeddedChannel first = openings.succeed(0);
    pass(Duration.ofSeconds(40));
    send("a:1", "2");
    pass(Duration.ofSeconds(40));
    first.writeInbound(datagram("a:1", "answer"));
    pass(Duration.ofSeconds(59));
    assertThat(first.isOpen()).isTrue();
    pass(Duration.ofSeconds(1));

    assertThat(sent(first)).containsExactly("a:1 1", "a:1 2", "end");
    assertThat(first.isOpen()).isFalse();
    assertThat(streams.size()).isZero();
    send("a:1", "3");
    assertThat(sent(openings.succeed(1))).containsExactly("a:1 3");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void forgetsAStreamThatTheFarEndEnds(boolean politely) {
    send("a:1", "1");
    EmbeddedChannel first = openings.succeed(0);
    if (politely) {
      first.writeInbound(EndOfStream.INSTANCE);
    } else {
      first.close();
    }

    assertThat(first.isOpen()).isFalse();
    assertThat(streams.size()).isZero();
    sent(first);
    send("a:1", "2");
    assertThat(sent(openings.succeed(1))).containsExactly("a:1 2");
  }

  @Test
  void closesAStreamThatBreaks() {
    send("a:1", "1");
    EmbeddedChannel a = openings.succeed(0);
    a.pipeline().fireExceptionCaught(new ClosedChannelException());

    assertThat(a.isOpen()).isFalse();
    assertThat(streams.size()).isZero();
    sent(a);
  }

  @Test
  void forgetsAStreamThatWasClosedBeforeItCouldBeUsed() {
    send("a:1", "1");
    EmbeddedChannel a = openings.closed(0);

    assertThat(streams.size()).isZero();
    assertThat(counts.of(Drop.NO_STREAM)).isOne();
    assertThat(sent(a)).isEmpty();
  }

  @Test
  void triesAgainOnlyAWhileAfterAStreamCouldNotBeOpened() {
    send("a:1", "1");
    openings.fail(0);
    send("a:1", "2");
    pass(Duration.ofMillis(999));
    send("a:1", "3");
    assertThat(openings.sessions).hasSize(1);
    assertThat(counts.of(Drop.NO_STREAM)).isEqualTo(3);

    pass(Duration.ofMillis(1));
    send("a:1", "4");

    assertThat(sent(openings.succeed(1))).containsExactly("a:1 4");
  }

  @Test
  void dropsWhatAnUnwritableStreamCannotTake() {
    send("a:1", "1");
    EmbeddedChannel a = openings.succeed(0);
    a.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
    send("a:1", "2");
    a.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
    send("a:1", "3");
    streams.flush();

    assertThat(sent(a)).containsExactly("a:1 1", "a:1 3");
    assertThat(counts.of(Drop.CONGESTED)).isOne();
  }

  @Test
  void countsWhatItsStreamDoesNotTake() {
    send("a:1", "1");
    EmbeddedChannel a = openings.succeed(0);
    sent(a);
    send("a:1", "2");
    a.unsafe().outboundBuffer().remove(new ClosedChannelException());
    a.close();

    assertThat(counts.of(Drop.UNSENT)).isOne();
    assertThat(sent(a)).isEmpty();
  }

  @Test
  void passesAnswersOnWithTheirSource() {
    send("a:1", "1");
    EmbeddedChannel a = openings.succeed(0);
    a.writeInbound(datagram("a:1", "one"), datagram("192.0.2.1:9", ""));

    assertThat(heard.answers).containsExactly("a:1 one", "192.0.2.1:9 ");
    assertThat(heard.flushes).isOne();
    sent(a);
  }

  @Test
  void sendsEverythingThroughOneStreamThatTakesAllTargets() {
    openings.forAll = true;
    send("a:1", "1");
    send("b:1", "2");

    assertThat(sent(openings.succeed(0))).containsExactly("a:1 1", "b:1 2");
    assertThat(openings.sessions).hasSize(1);
  }

  @Test
  void endsAllStreamsWhenItCloses() {
    send("a:1", "1");
    EmbeddedChannel a = openings.succeed(0);
    send("b:1", "2");
    streams.close();
    send("c:1", "3");

    assertThat(sent(a)).containsExactly("a:1 1", "end");
    assertThat(a.isOpen()).isFalse();
    assertThat(openings.promises.get(1).isCancelled()).isTrue();
    assertThat(openings.sessions).hasSize(2);
    assertThat(counts.of(Drop.NO_STREAM)).isEqualTo(2);
  }

  @Test
  void closesAStreamThatOpensTooLate() {
    send("a:1", "1");
    assertThat(openings.promises.get(0).setUncancellable()).isTrue();
    streams.close();
    EmbeddedChannel a = openings.succeed(0);

    assertThat(a.isOpen()).isFalse();
    assertThat(sent(a)).isEmpty();
  }

  private void send(String target, String text) {
    streams.send(datagram(target, text));
  }

  private void pass(Duration time) {
    clock.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    clock.runScheduledPendingTasks();
  }

  private static Datagram datagram(String target, String text) {
    int colon = target.lastIndexOf(':');
    Address address = Address.of(target.substring(0, colon));
    int port = Integer.parseInt(target.substring(colon + 1));
    return new Datagram(
        new Destination(address, port), Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
  }

  /** What was written to a stream since the last call. */
  private static List<String> sent(EmbeddedChannel stream) {
    List<String> sent = new ArrayList<>();
    for (Object msg = stream.readOutbound(); msg != null; msg = stream.readOutbound()) {
      sent.add(msg instanceof Datagram datagram ? text(datagram) : "end");
    }
    return sent;
  }

  private static String text(Datagram datagram) {
    String text =
        datagram.destination() + " " + datagram.content().toString(StandardCharsets.US_ASCII);
    datagram.release();
    return text;
  }

  /** An outbound whose streams open when the test says so. */
  private final class Openings implements Outbound {
    private final List<Session> sessions = new ArrayList<>();
    private final List<Promise<OpenStream>> promises = new ArrayList<>();
    private boolean forAll;

    @Override
    public Future<OpenStream> open(Session session, EventLoop loop) {
      Promise<OpenStream> promise = loop.newPromise();
      sessions.add(session);
      promises.add(promise);
      return promise;
    }

    @Override
    public boolean oneStreamForAllTargets() {
      return forAll;
    }

    EmbeddedChannel succeed(int nth) {
      return succeed(nth, new EmbeddedChannel());
    }

    EmbeddedChannel closed(int nth) {
      EmbeddedChannel channel = new EmbeddedChannel();
      channel.close();
      return succeed(nth, channel);
    }

    private EmbeddedChannel succeed(int nth, EmbeddedChannel channel) {
      Policy policy = new Policy(IDLE, IDLE, IDLE, IDLE);
      promises.get(nth).setSuccess(new OpenStream(channel, "test", policy));
      clock.runPendingTasks();
      return channel;
    }

    void fail(int nth) {
      promises
          .get(nth)
          .setFailure(new OutboundException(Failure.REFUSED, "connect", "test", "refused"));
      clock.runPendingTasks();
    }
  }

  /** What came back. */
  private static final class Heard implements DatagramStreams.Answers {
    private final List<String> answers = new ArrayList<>();
    private int flushes;

    @Override
    public void answered(Datagram answer) {
      answers.add(text(answer));
    }

    @Override
    public void flush() {
      flushes++;
    }
  }
}
