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

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.net.Network;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What concerns all streams of a client's end, and those that are none. */
class ClientConnectionTest {
  private final MuxConnection mux = MuxConnection.client(MuxLimits.CLIENT);
  private final EmbeddedChannel connection = new EmbeddedChannel();

  @BeforeEach
  void start() {
    connection.freezeTime();
    connection.config().setAutoRead(false);
    connection.pipeline().addLast(mux);
    mux.start();
  }

  @AfterEach
  void nothingIsLeft() {
    connection.finishAndReleaseAll();
    assertThat(mux.openStreams()).isZero();
  }

  private Channel tcp() {
    return mux.open(Network.TCP, destination("a.example:80"));
  }

  @Test
  void cutsAllStreamsWhenTheConnectionEnds() {
    Recorder one = Recorder.of(tcp());
    Recorder two = Recorder.of(tcp());
    pass(31);
    written(connection);
    connection.writeInbound(EndOfStream.INSTANCE);
    connection.runPendingTasks();

    assertThat(one.closed()).isTrue();
    assertThat(one.ended()).isFalse();
    assertThat(two.closed()).isTrue();
    assertThat(connection.isOpen()).isFalse();
    assertThat(written(connection)).containsExactly("EndOfStream");
    assertThat(mux.full()).isTrue();
  }

  @Test
  void cutsAllStreamsWhenTheConnectionCloses() {
    Recorder reader = Recorder.of(tcp());
    connection.close();
    connection.runPendingTasks();

    assertThat(reader.closed()).isTrue();
    assertThat(reader.ended()).isFalse();
  }

  @Test
  void letsAStreamThatHasEndedBeReadWhenTheConnectionIsGone() {
    Channel stream = tcp();
    Recorder reader = Recorder.of(stream);
    connection.writeInbound(keep(1, "whole"), end(1), EndOfStream.INSTANCE);
    stream.config().setAutoRead(true);
    connection.runPendingTasks();

    assertThat(reader.text()).isEqualTo("whole");
    assertThat(reader.ended()).isTrue();
    assertThat(reader.closed()).isTrue();
  }

  @Test
  void answersDataForAStreamThatIsNotThereWithAnEnd() {
    connection.writeInbound(keep(9, "lost"), keep(9, "lost, too"), keep(12, ""));
    connection.writeInbound(WireFrames.encode(new MuxFrame.Keep(11, false, null)));
    connection.writeInbound(end(9), error(10));

    assertThat(written(connection)).containsExactly("End 9", "End 12");
  }

  @Test
  void discardsWhatAServerOpensAndKeepsAlive() {
    connection.writeInbound(open(5, Network.TCP, "b.example:1", "data"));
    connection.writeInbound(WireFrames.encode(new MuxFrame.KeepAlive(1, true), bytes("zz")));
    connection.writeInbound(WireFrames.encode(new MuxFrame.KeepAlive(1, false)));

    assertThat(written(connection)).isEmpty();
    assertThat(mux.openStreams()).isZero();
  }

  @Test
  void failsTheConnectionAtAnUnknownStatus() {
    Recorder reader = Recorder.of(tcp());
    connection.writeInbound(Unpooled.wrappedBuffer(new byte[] {0, 4, 0, 1, 9, 0}));
    connection.runPendingTasks();

    assertThat(connection.isOpen()).isFalse();
    assertThat(reader.closed()).isTrue();
  }

  @Test
  void closesAConnectionThatNobodyUses() {
    Channel stream = tcp();
    pass(17_000);
    assertThat(connection.isOpen()).isTrue();

    stream.close();
    pass(15_900);
    assertThat(connection.isOpen()).isTrue();
    written(connection);

    pass(200);
    assertThat(connection.isOpen()).isFalse();
    assertThat(written(connection)).containsExactly("EndOfStream");
  }

  @Test
  void tellsWhenItIsFull() {
    for (int i = 0; i < 8; i++) {
      assertThat(mux.full()).isFalse();
      tcp();
    }

    assertThat(mux.full()).isTrue();
  }

  @Test
  void opensNoMoreStreamsEverThanItMay() {
    for (int i = 0; i < 128; i++) {
      assertThat(mux.full()).isFalse();
      tcp().close();
    }

    assertThat(mux.full()).isTrue();
    assertThatThrownBy(this::tcp)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("mux: 128 streams opened");
  }

  @Test
  void tellsTheReaderThatThereIsNoMoreEvenIfNobodyTellsTheConnection() {
    Channel stream = tcp();
    Recorder reader = Recorder.of(stream);
    stream.config().setAutoRead(true);
    connection.pipeline().fireChannelRead(keep(1, "left over"));
    connection.pipeline().fireChannelRead(keep(9, "unknown"));
    connection.runPendingTasks();

    assertThat(reader.readCompletes()).isEqualTo(1);
    assertThat(written(connection)).containsExactly("End 9");
  }

  @Test
  void numbersStreamsFromOne() {
    tcp().writeAndFlush(bytes("x"));
    tcp().writeAndFlush(bytes("y"));

    assertThat(written(connection))
        .containsExactly("New 1 TCP a.example:80 [x]", "New 2 TCP a.example:80 [y]");
    assertThat(mux.opened()).isEqualTo(2);
    assertThat(mux.openStreams()).isEqualTo(2);
  }

  private void pass(int millis) {
    connection.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    connection.runScheduledPendingTasks();
    connection.runPendingTasks();
  }
}
