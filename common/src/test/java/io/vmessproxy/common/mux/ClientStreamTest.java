package io.vmessproxy.common.mux;

import static io.vmessproxy.common.mux.WireFrames.bytes;
import static io.vmessproxy.common.mux.WireFrames.destination;
import static io.vmessproxy.common.mux.WireFrames.end;
import static io.vmessproxy.common.mux.WireFrames.error;
import static io.vmessproxy.common.mux.WireFrames.keep;
import static io.vmessproxy.common.mux.WireFrames.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.net.Network;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client's end against frames that a server would send. */
class ClientStreamTest {
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
  void opensAStreamWithItsFirstPayload() {
    Channel stream = tcp();
    stream.writeAndFlush(bytes("GET"));
    stream.writeAndFlush(bytes("more"));

    assertThat(written(connection))
        .containsExactly("New 1 TCP a.example:80 [GET]", "Keep 1 [more]");
  }

  @Test
  void opensAStreamAloneWhenNoPayloadComesSoon() {
    Channel stream = tcp();
    pass(29);
    assertThat(written(connection)).isEmpty();

    pass(2);
    stream.writeAndFlush(bytes("late"));
    assertThat(written(connection)).containsExactly("New 1 TCP a.example:80", "Keep 1 [late]");
  }

  @Test
  void putsSmallWritesThatWaitTogetherIntoOneFrame() {
    Channel stream = tcp();
    stream.write(bytes("a"));
    stream.write(Unpooled.EMPTY_BUFFER);
    stream.write(bytes("b"));
    ChannelFuture last = stream.writeAndFlush(bytes("c"));

    assertThat(written(connection)).containsExactly("New 1 TCP a.example:80 [abc]");
    assertThat(last.isSuccess()).isTrue();
  }

  @Test
  void cutsLongWritesIntoFramesOf8192Bytes() {
    Channel stream = tcp();
    stream.writeAndFlush(Unpooled.wrappedBuffer(new byte[20000]));

    assertThat(written(connection))
        .containsExactly(
            "New 1 TCP a.example:80 [8192 bytes]", "Keep 1 [8192 bytes]", "Keep 1 [3616 bytes]");
  }

  @Test
  void deliversWhatComes() {
    Channel stream = tcp();
    Recorder reader = Recorder.of(stream);
    stream.config().setAutoRead(true);

    connection.writeInbound(keep(1, "hel"), keep(1, "lo"));

    assertThat(reader.text()).isEqualTo("hello");
    assertThat(reader.readCompletes()).isEqualTo(1);
  }

  @Test
  void keepsWhatComesUntilItIsRead() {
    Channel stream = tcp();
    Recorder reader = Recorder.of(stream);
    connection.writeInbound(keep(1, "one"));
    assertThat(reader.text()).isEmpty();

    stream.read();
    connection.runPendingTasks();
    connection.writeInbound(keep(1, "two"));
    assertThat(reader.text()).isEqualTo("one");

    stream.config().setAutoRead(true);
    connection.runPendingTasks();
    assertThat(reader.text()).isEqualTo("onetwo");
    assertThat(reader.readCompletes()).isEqualTo(2);
  }

  @Test
  void sendsNoEndWhileTheAnswerMayStillCome() {
    Channel stream = tcp();
    Recorder reader = Recorder.of(stream);
    stream.config().setAutoRead(true);
    stream.write(bytes("question"));
    ChannelFuture ended = stream.writeAndFlush(EndOfStream.INSTANCE);
    connection.writeInbound(keep(1, "answer"));

    assertThat(ended.isSuccess()).isTrue();
    assertThat(reader.text()).isEqualTo("answer");
    assertThat(written(connection)).containsExactly("New 1 TCP a.example:80 [question]");
  }

  @Test
  void sendsAnOrderlyEndWhenItClosesBehindItsEndOfStream() {
    Channel stream = tcp();
    stream.write(bytes("x"));
    stream.writeAndFlush(EndOfStream.INSTANCE);
    stream.close();

    assertThat(written(connection)).containsExactly("New 1 TCP a.example:80 [x]", "End 1");
  }

  @Test
  void opensAStreamBeforeItEndsIt() {
    Channel stream = tcp();
    stream.writeAndFlush(EndOfStream.INSTANCE);

    assertThat(written(connection)).containsExactly("New 1 TCP a.example:80");
  }

  @Test
  void sendsAnErrorWhenItClosesWithoutItsEndOfStream() {
    Channel stream = tcp();
    stream.writeAndFlush(bytes("x"));
    stream.close();

    assertThat(written(connection)).containsExactly("New 1 TCP a.example:80 [x]", "End 1 error");
    assertThat(stream.closeFuture().isDone()).isTrue();
  }

  @Test
  void saysNothingOfAStreamThatClosesBeforeItWasOpened() {
    tcp().close();
    pass(100);

    assertThat(written(connection)).isEmpty();
  }

  @Test
  void readsTheEndAndClosesWhenTheServerEnds() {
    Channel stream = tcp();
    Recorder reader = Recorder.of(stream);
    stream.config().setAutoRead(true);
    pass(31);
    connection.writeInbound(keep(1, "all"), end(1));

    assertThat(reader.text()).isEqualTo("all");
    assertThat(reader.ended()).isTrue();
    assertThat(reader.closed()).isTrue();
    assertThat(written(connection)).containsExactly("New 1 TCP a.example:80");
  }

  @Test
  void deliversAllThatIsQueuedBeforeItEnds() {
    Channel stream = tcp();
    Recorder reader = Recorder.of(stream);
    connection.writeInbound(keep(1, "queued"), end(1));
    connection.runPendingTasks();
    assertThat(stream.isOpen()).isTrue();
    assertThat(mux.openStreams()).isEqualTo(1);

    stream.config().setAutoRead(true);
    connection.runPendingTasks();
    assertThat(reader.text()).isEqualTo("queued");
    assertThat(reader.ended()).isTrue();
    assertThat(reader.closed()).isTrue();
    assertThat(mux.openStreams()).isZero();
  }

  @Test
  void takesWritesBehindTheServersEndAndSendsThemNowhere() {
    Channel stream = tcp();
    pass(31);
    connection.writeInbound(end(1));
    ChannelFuture written = stream.writeAndFlush(bytes("too late"));
    ChannelFuture ended = stream.writeAndFlush(EndOfStream.INSTANCE);

    assertThat(written.isSuccess()).isTrue();
    assertThat(ended.isSuccess()).isTrue();
    assertThat(written(connection)).containsExactly("New 1 TCP a.example:80");
    stream.close();
  }

  @Test
  void dropsWhatIsQueuedAndClosesWithoutAnEndWhenTheServerCuts() {
    Channel stream = tcp();
    Recorder reader = Recorder.of(stream);
    connection.writeInbound(keep(1, "worthless"), error(1));
    stream.config().setAutoRead(true);
    connection.runPendingTasks();

    assertThat(reader.text()).isEmpty();
    assertThat(reader.ended()).isFalse();
    assertThat(reader.closed()).isTrue();
  }

  @Test
  void namesTheTargetOnceAndOtherTargetsInEachDatagram() {
    Channel stream = mux.open(Network.UDP, destination("8.8.8.8:53"));
    write(stream, "8.8.8.8:53", "a");
    write(stream, "1.1.1.1:53", "b");
    write(stream, "8.8.8.8:53", "c");

    assertThat(written(connection))
        .containsExactly("New 1 UDP 8.8.8.8:53 [a]", "Keep 1 1.1.1.1:53 [b]", "Keep 1 [c]");
  }

  @Test
  void opensAStreamAloneWhenTheFirstDatagramGoesElsewhere() {
    Channel stream = mux.open(Network.UDP, destination("8.8.8.8:53"));
    write(stream, "1.1.1.1:53", "b");

    assertThat(written(connection))
        .containsExactly("New 1 UDP 8.8.8.8:53", "Keep 1 1.1.1.1:53 [b]");
  }

  @Test
  void readsDatagramsFromTheAddressTheyNameOrFromTheTarget() {
    Channel stream = mux.open(Network.UDP, destination("dns.example:53"));
    Recorder reader = Recorder.of(stream);
    stream.config().setAutoRead(true);
    connection.writeInbound(keep(1, "x"), keep(1, "1.1.1.1:53", "y"), keep(1, ""));

    assertThat(reader.datagrams()).containsExactly("dns.example:53=x", "1.1.1.1:53=y");
  }

  @Test
  void dropsDatagramsThatThePeerMayNotBeAbleToRead() {
    Channel stream = mux.open(Network.UDP, destination("8.8.8.8:53"));
    write(stream, "8.8.8.8:53", "x".repeat(2048));
    write(stream, "8.8.8.8:53", "x".repeat(2049));
    write(stream, "8.8.8.8:53", "");

    assertThat(written(connection)).containsExactly("New 1 UDP 8.8.8.8:53 [2048 bytes]");
    assertThat(mux.datagramsDropped()).isEqualTo(2);
  }

  @Test
  void refusesToWriteWhatAStreamDoesNotCarry() {
    Channel udp = mux.open(Network.UDP, destination("8.8.8.8:53"));

    assertThat(udp.writeAndFlush(bytes("x")).cause())
        .hasMessageEndingWith("(expected: Datagram or EndOfStream)");
    assertThat(udp.writeAndFlush(Unpooled.EMPTY_BUFFER).isSuccess()).isTrue();
  }

  @Test
  void failsWritesBehindTheEndOfStream() {
    Channel stream = tcp();
    stream.writeAndFlush(EndOfStream.INSTANCE);

    assertThat(stream.writeAndFlush(Unpooled.EMPTY_BUFFER).isSuccess()).isTrue();
    assertThat(stream.writeAndFlush(bytes("x")).isSuccess()).isFalse();
  }

  private static void write(Channel stream, String destination, String payload) {
    stream.writeAndFlush(new Datagram(destination(destination), bytes(payload)));
  }

  private void pass(int millis) {
    connection.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    connection.runScheduledPendingTasks();
    connection.runPendingTasks();
  }
}
