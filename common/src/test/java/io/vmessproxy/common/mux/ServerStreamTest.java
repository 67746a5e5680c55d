package io.vmessproxy.common.mux;

import static io.vmessproxy.common.mux.WireFrames.bytes;
import static io.vmessproxy.common.mux.WireFrames.destination;
import static io.vmessproxy.common.mux.WireFrames.end;
import static io.vmessproxy.common.mux.WireFrames.error;
import static io.vmessproxy.common.mux.WireFrames.keep;
import static io.vmessproxy.common.mux.WireFrames.open;
import static io.vmessproxy.common.mux.WireFrames.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.net.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server's end against frames that a client would send. */
class ServerStreamTest {
  private static final MuxLimits LIMITS = MuxLimits.SERVER.withMaxStreams(3);

  private final List<Channel> streams = new ArrayList<>();
  private final List<String> targets = new ArrayList<>();
  private final MuxConnection mux = MuxConnection.server(this::accept, LIMITS);
  private final EmbeddedChannel connection = new EmbeddedChannel();

  private void accept(Channel stream, Network network, Destination destination) {
    streams.add(stream);
    targets.add(network + " " + destination);
  }

  @BeforeEach
  void start() {
    connection.freezeTime();
    connection.pipeline().addLast(mux);
    mux.start();
  }

  @AfterEach
  void nothingIsLeft() {
    connection.finishAndReleaseAll();
    streams.forEach(Channel::close);
    connection.runPendingTasks();
    assertThat(mux.openStreams()).isZero();
  }

  @Test
  void acceptsStreamsInAnyOrderOfNumbersAndKeepsTheirData() {
    connection.writeInbound(
        open(7, Network.TCP, "a.example:80", "first"), open(2, Network.UDP, "8.8.8.8:53"));
    connection.writeInbound(keep(7, "second"));

    assertThat(targets).containsExactly("TCP a.example:80", "UDP 8.8.8.8:53");
    Recorder reader = Recorder.of(streams.get(0));
    streams.get(0).config().setAutoRead(true);
    connection.runPendingTasks();
    assertThat(reader.text()).isEqualTo("firstsecond");
  }

  @Test
  void answersWithKeep() {
    connection.writeInbound(open(1, Network.TCP, "a.example:80"));
    streams.get(0).writeAndFlush(bytes("hello"));

    assertThat(written(connection)).containsExactly("Keep 1 [hello]");
  }

  @Test
  void sendsEndAsSoonAsTheTargetHasEndedAndReadsAnEndThen() {
    connection.writeInbound(open(1, Network.TCP, "a.example:80"));
    Channel stream = streams.get(0);
    Recorder reader = Recorder.of(stream);
    stream.config().setAutoRead(true);
    stream.write(bytes("answer"));
    stream.writeAndFlush(EndOfStream.INSTANCE);
    connection.runPendingTasks();

    assertThat(written(connection)).containsExactly("Keep 1 [answer]", "End 1");
    assertThat(reader.ended()).isTrue();
    assertThat(reader.closed()).isTrue();
  }

  @Test
  void letsTheTargetHaveWhatCameBeforeItsOwnEnd() {
    connection.writeInbound(open(1, Network.TCP, "a.example:80", "upload"));
    Channel stream = streams.get(0);
    Recorder reader = Recorder.of(stream);
    stream.writeAndFlush(EndOfStream.INSTANCE);
    connection.writeInbound(keep(1, "too late"));
    stream.config().setAutoRead(true);
    connection.runPendingTasks();

    assertThat(reader.text()).isEqualTo("upload");
    assertThat(reader.closed()).isTrue();
    assertThat(written(connection)).containsExactly("End 1", "End 1");
  }

  @Test
  void sendsAnErrorWhenTheTargetCannotBeReached() {
    connection.writeInbound(open(1, Network.TCP, "a.example:80"));
    streams.get(0).close();

    assertThat(written(connection)).containsExactly("End 1 error");
  }

  @Test
  void endsWithTheClientsEnd() {
    connection.writeInbound(open(1, Network.TCP, "a.example:80", "x"));
    Recorder reader = Recorder.of(streams.get(0));
    streams.get(0).config().setAutoRead(true);
    connection.writeInbound(end(1));
    connection.runPendingTasks();

    assertThat(reader.text()).isEqualTo("x");
    assertThat(reader.ended()).isTrue();
    assertThat(reader.closed()).isTrue();
    assertThat(written(connection)).isEmpty();
  }

  @Test
  void cutsWithTheClientsError() {
    connection.writeInbound(open(1, Network.TCP, "a.example:80", "x"));
    Recorder reader = Recorder.of(streams.get(0));
    connection.writeInbound(error(1));
    connection.runPendingTasks();

    assertThat(reader.ended()).isFalse();
    assertThat(reader.closed()).isTrue();
    assertThat(written(connection)).isEmpty();
  }

  @Test
  void takesANumberAnewWhoseStreamHasEnded() {
    connection.writeInbound(open(1, Network.TCP, "a.example:80", "old"), end(1));
    connection.writeInbound(open(1, Network.TCP, "b.example:80", "new"));
    streams.get(0).close();
    Recorder reader = Recorder.of(streams.get(1));
    streams.get(1).config().setAutoRead(true);
    connection.runPendingTasks();

    assertThat(reader.text()).isEqualTo("new");
    assertThat(mux.openStreams()).isEqualTo(1);
  }

  @Test
  void failsTheConnectionWhenANumberInUseIsOpened() {
    connection.writeInbound(
        open(1, Network.TCP, "a.example:80"), open(1, Network.TCP, "b.example:80"));

    assertThat(connection.isOpen()).isFalse();
    assertThat(streams).hasSize(1);
    assertThat(streams.get(0).isOpen()).isFalse();
  }

  @Test
  void refusesMoreStreamsThanItMayHold() {
    for (int id = 1; id <= 4; id++) {
      connection.writeInbound(open(id, Network.TCP, "a.example:80", "data"));
    }
    assertThat(written(connection)).containsExactly("End 4 error");

    // One that has ended still holds what was not read.
    connection.writeInbound(end(3), open(5, Network.TCP, "a.example:80"));
    assertThat(written(connection)).containsExactly("End 5 error");

    streams.get(2).close();
    connection.writeInbound(open(6, Network.TCP, "a.example:80"));
    assertThat(written(connection)).isEmpty();
    assertThat(streams).hasSize(4);
  }

  @Test
  void refusesAStreamWithoutATargetAndKeepsTheOthers() {
    connection.writeInbound(open(1, Network.TCP, "a.example:80"));
    connection.writeInbound(
        Unpooled.wrappedBuffer(new byte[] {0, 5, 0, 2, 1, 1, 9, 0, 2, 7, 7}), keep(1, "still"));
    Recorder reader = Recorder.of(streams.get(0));
    streams.get(0).config().setAutoRead(true);
    connection.runPendingTasks();

    assertThat(written(connection)).containsExactly("End 2 error");
    assertThat(reader.text()).isEqualTo("still");
  }

  @Test
  void opensNothingItself() {
    assertThatThrownBy(() -> mux.open(Network.TCP, destination("a.example:80")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void closesAConnectionOnWhichNothingIsOpened() {
    connection.advanceTimeBy(61, TimeUnit.SECONDS);
    connection.runScheduledPendingTasks();

    assertThat(connection.isOpen()).isFalse();
  }

  @Test
  void givesAPlainClientTheDatagramsOfItsTargetAlone() {
    connection.writeInbound(open(3, Network.UDP, "8.8.8.8:53", "q"));
    write("8.8.8.8:53", "a");
    write("1.1.1.1:53", "b");
    write("8.8.8.8:53", "x".repeat(2049));

    assertThat(written(connection)).containsExactly("Keep 3 [a]");
    assertThat(mux.datagramsDropped()).isEqualTo(2);
  }

  @Test
  void givesAPlainClientWhatComesFromItsTargetsNameAlone() {
    connection.writeInbound(open(3, Network.UDP, "dns.example:53", "q"));
    write("dns.example:53", "a");
    write("8.8.8.8:53", "b");

    assertThat(written(connection)).containsExactly("Keep 3 [a]");
  }

  @Test
  void tellsAClientOfNumberZeroWhereDatagramsCameFrom() {
    connection.writeInbound(open(0, Network.UDP, "8.8.8.8:53", "q"));
    Recorder reader = Recorder.of(streams.get(0));
    streams.get(0).config().setAutoRead(true);
    connection.runPendingTasks();
    connection.writeInbound(keep(0, "1.1.1.1:5353", "r"), keep(0, "s"));
    write("8.8.8.8:53", "a");
    write("9.9.9.9:99", "y".repeat(65507));

    assertThat(reader.datagrams())
        .containsExactly("8.8.8.8:53=q", "1.1.1.1:5353=r", "8.8.8.8:53=s");
    assertThat(written(connection))
        .containsExactly("Keep 0 8.8.8.8:53 [a]", "Keep 0 9.9.9.9:99 [65507 bytes]");
  }

  @Test
  void tellsAClientWithAGlobalIdWhereDatagramsCameFrom() {
    connection.writeInbound(
        WireFrames.encode(
            new MuxFrame.New(4, true, Network.UDP, destination("8.8.8.8:53"), 42), bytes("q")));
    write("9.9.9.9:99", "a");

    assertThat(written(connection)).containsExactly("Keep 4 9.9.9.9:99 [a]");
  }

  @Test
  void tellsAClientThatNamesAddressesWhereDatagramsCameFrom() {
    connection.writeInbound(open(4, Network.UDP, "8.8.8.8:53", "q"));
    connection.writeInbound(keep(4, "9.9.9.9:99", "r"));
    write("9.9.9.9:99", "a");

    assertThat(written(connection)).containsExactly("Keep 4 9.9.9.9:99 [a]");
  }

  @Test
  void closesAConnectionWhosePeerAsksForAnswersAndReadsNone() {
    connection.pipeline().addFirst(new Plug());
    ByteBuf unknown = Unpooled.buffer();
    for (int id = 1; id <= 2000; id++) {
      ByteBuf frame = keep(id, "x");
      unknown.writeBytes(frame);
      frame.release();
    }
    connection.writeInbound(unknown.retainedDuplicate());
    assertThat(connection.isOpen()).isTrue();

    for (int i = 0; i < 5 && connection.isOpen(); i++) {
      connection.writeInbound(unknown.retainedDuplicate());
    }
    unknown.release();
    assertThat(connection.isOpen()).isFalse();
  }

  private void write(String source, String payload) {
    streams.get(0).writeAndFlush(new Datagram(destination(source), bytes(payload)));
  }
}
