package io.vmessproxy.common.mux;

import static io.vmessproxy.common.mux.WireFrames.bytes;
import static io.vmessproxy.common.mux.WireFrames.destination;
import static io.vmessproxy.common.mux.WireFrames.keep;
import static io.vmessproxy.common.mux.WireFrames.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.net.Network;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams whose reader, or whose connection, takes less than there is. */
class BackPressureTest {
  private static final int BUFFER = MuxLimits.CLIENT.maxBufferBytes();

  private final MuxConnection mux = MuxConnection.client(MuxLimits.CLIENT);
  private final EmbeddedChannel connection = new EmbeddedChannel();

  @BeforeEach
  void start() {
    connection.freezeTime();
    connection.pipeline().addLast(mux);
    mux.start();
  }

  @AfterEach
  void nothingIsLeft() {
    connection.finishAndReleaseAll();
    assertThat(mux.openStreams()).isZero();
  }

  private Channel open() {
    Channel stream = mux.open(Network.TCP, destination("a.example:80"));
    stream.writeAndFlush(bytes("x"));
    written(connection);
    return stream;
  }

  private void fill(int id) {
    for (int bytes = 0; bytes < BUFFER; bytes += 8192) {
      connection.writeInbound(keep(id, Unpooled.wrappedBuffer(new byte[8192])));
    }
  }

  @Test
  void readsNoMoreWhileTheOnlyStreamIsFullHoweverLongThatTakes() {
    Channel stream = open();
    Recorder reader = Recorder.of(stream);
    fill(1);
    assertThat(connection.config().isAutoRead()).isFalse();
    assertThat(mux.full()).isTrue();

    pass(3600);
    assertThat(stream.isOpen()).isTrue();
    assertThat(connection.config().isAutoRead()).isFalse();

    stream.config().setAutoRead(true);
    connection.runPendingTasks();
    assertThat(connection.config().isAutoRead()).isTrue();
    assertThat(mux.full()).isFalse();
    assertThat(reader.count()).isEqualTo(BUFFER);
  }

  @Test
  void resetsAStalledStreamAmongOthersAndGoesOn() {
    Channel stalled = open();
    Channel other = open();
    Recorder reader = Recorder.of(other);
    other.config().setAutoRead(true);
    fill(1);
    assertThat(connection.config().isAutoRead()).isFalse();

    pass(1);
    assertThat(stalled.isOpen()).isTrue();

    pass(2);
    assertThat(stalled.isOpen()).isFalse();
    assertThat(connection.config().isAutoRead()).isTrue();
    assertThat(written(connection)).containsExactly("End 1 error");
    connection.writeInbound(keep(2, "at last"));
    assertThat(reader.text()).isEqualTo("at last");
  }

  @Test
  void sparesAStreamWhoseReaderIsSlowButTakesSomething() {
    Channel slow = open();
    open();
    fill(1);
    for (int i = 0; i < 5; i++) {
      pass(1);
      slow.read();
      connection.runPendingTasks();
    }
    assertThat(slow.isOpen()).isTrue();
    assertThat(connection.config().isAutoRead()).isFalse();

    slow.close();
    connection.runPendingTasks();
    assertThat(connection.config().isAutoRead()).isTrue();
  }

  @Test
  void countsAStallFromWhenThereIsSomebodyWhomItHoldsUp() {
    Channel stalled = open();
    fill(1);
    pass(60);
    Channel other = open();

    pass(1);
    assertThat(stalled.isOpen()).isTrue();
    pass(6);
    assertThat(stalled.isOpen()).isFalse();
    assertThat(other.isOpen()).isTrue();
  }

  @Test
  void readsOnWhenAFullStreamHasEnded() {
    Channel stream = open();
    fill(1);
    connection.writeInbound(WireFrames.end(1));
    connection.runPendingTasks();

    assertThat(connection.config().isAutoRead()).isTrue();
    assertThat(stream.isOpen()).isTrue();
    stream.close();
  }

  @Test
  void dropsDatagramsThatNobodyReadsAndHoldsNothingUp() {
    Channel stream = mux.open(Network.UDP, destination("8.8.8.8:53"));
    Recorder reader = Recorder.of(stream);
    for (int i = 0; i < 200; i++) {
      connection.writeInbound(keep(1, Unpooled.wrappedBuffer(new byte[2048])));
    }
    assertThat(connection.config().isAutoRead()).isTrue();

    stream.config().setAutoRead(true);
    connection.runPendingTasks();
    assertThat(reader.datagrams()).hasSizeBetween(100, BUFFER / 2048);
    assertThat(mux.datagramsDropped()).isEqualTo(200 - reader.datagrams().size());
  }

  @Test
  void holdsNoMoreThanWhatItWasSentInSmallPieces() {
    Channel stream = open();
    Recorder reader = Recorder.of(stream);
    for (int i = 0; i < 5000; i++) {
      connection.writeInbound(keep(1, "z"));
    }
    assertThat(connection.config().isAutoRead()).isTrue();

    stream.config().setAutoRead(true);
    connection.runPendingTasks();
    assertThat(reader.text()).isEqualTo("z".repeat(5000));
  }

  @Test
  void isWritableAsLongAsTheConnectionTakesWhatIsWritten() {
    Channel stream = open();
    Plug plug = new Plug();
    connection.pipeline().addFirst(plug);
    write(stream, 60_000);
    assertThat(stream.isWritable()).isTrue();

    ChannelFuture last = write(stream, 100_000);
    assertThat(stream.isWritable()).isFalse();
    assertThat(last.isDone()).isFalse();

    plug.pull(connection.pipeline().firstContext());
    assertThat(stream.isWritable()).isTrue();
    assertThat(last.isSuccess()).isTrue();
  }

  @Test
  void writesOneFrameOfEachStreamInTurn() {
    Channel large = open();
    Channel small = open();
    Plug plug = new Plug();
    connection.pipeline().addFirst(plug);
    write(large, 400_000);
    small.writeAndFlush(bytes("urgent"));
    plug.pull(connection.pipeline().firstContext());

    List<String> frames = written(connection);
    assertThat(frames.indexOf("Keep 2 [urgent]")).isBetween(1, 12).isLessThan(frames.size() / 2);
  }

  @Test
  void tellsOfAnEndOnlyWhenAllBeforeItIsOut() {
    Channel stream = open();
    Plug plug = new Plug();
    connection.pipeline().addFirst(plug);
    write(stream, 200_000);
    ChannelFuture ended = stream.writeAndFlush(EndOfStream.INSTANCE);
    assertThat(ended.isDone()).isFalse();

    plug.pull(connection.pipeline().firstContext());
    assertThat(ended.isSuccess()).isTrue();
    stream.close();
    assertThat(written(connection)).endsWith("End 1");
  }

  @Test
  void cutsAStreamThatClosesWithItsEndStillWaiting() {
    Channel stream = open();
    Plug plug = new Plug();
    connection.pipeline().addFirst(plug);
    write(stream, 200_000);
    ChannelFuture ended = stream.writeAndFlush(EndOfStream.INSTANCE);
    stream.close();

    assertThat(ended.isSuccess()).isFalse();
    plug.pull(connection.pipeline().firstContext());
    assertThat(written(connection)).endsWith("End 1 error");
  }

  private static ChannelFuture write(Channel stream, int bytes) {
    return stream.writeAndFlush(Unpooled.wrappedBuffer(new byte[bytes]));
  }

  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      connection.advanceTimeBy(1, TimeUnit.SECONDS);
      connection.runScheduledPendingTasks();
      connection.runPendingTasks();
    }
  }
}
