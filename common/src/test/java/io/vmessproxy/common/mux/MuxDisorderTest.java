package io.vmessproxy.common.mux;

import static io.vmessproxy.common.mux.WireFrames.destination;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.net.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything at any time: nothing may be lost, hang or fail in an unforeseen way. */
class MuxDisorderTest {
  private static final MuxLimits LIMITS =
      new MuxLimits(
          12,
          1000,
          20_000,
          MuxLimits.CLIENT.maxStall(),
          Datagram.MAX_PAYLOAD_BYTES,
          MuxLimits.CLIENT.maxIdle());

  private final List<Channel> streams = new ArrayList<>();

  static List<Long> seeds() {
    long first = System.nanoTime();
    List<Long> seeds = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      seeds.add(first + i);
    }
    return seeds;
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void closesEveryStreamWhateverTheTwoEndsDo(long seed) {
    Random random = new Random(seed);
    MuxConnection client = MuxConnection.client(LIMITS);
    MuxConnection server =
        MuxConnection.server((stream, network, target) -> add(stream), LIMITS.withMaxStreams(8));
    EmbeddedChannel clientEnd = end(client);
    EmbeddedChannel serverEnd = end(server);
    MuxLink link = new MuxLink(clientEnd, serverEnd, random);

    for (int step = 0; step < 400; step++) {
      if (!client.full() && random.nextInt(4) == 0) {
        Network network = random.nextBoolean() ? Network.TCP : Network.UDP;
        add(client.open(network, destination("8.8.8.8:53")));
      }
      disturb(random);
      if (random.nextInt(3) == 0) {
        link.carry();
      }
      if (random.nextInt(20) == 0) {
        clientEnd.advanceTimeBy(3, TimeUnit.SECONDS);
        serverEnd.advanceTimeBy(3, TimeUnit.SECONDS);
        clientEnd.runScheduledPendingTasks();
        serverEnd.runScheduledPendingTasks();
      }
    }
    assertThat(clientEnd.isOpen()).isTrue();
    assertThat(serverEnd.isOpen()).isTrue();
    assertThat(client.opened()).isGreaterThan(20);

    for (Channel stream : List.copyOf(streams)) {
      stream.config().setAutoRead(true);
    }
    link.carry();
    link.close();
    assertThat(streams).noneMatch(Channel::isOpen);
    assertThat(client.openStreams()).isZero();
    assertThat(server.openStreams()).isZero();
  }

  private static EmbeddedChannel end(MuxConnection mux) {
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.freezeTime();
    channel.pipeline().addLast(mux);
    mux.start();
    return channel;
  }

  private void add(Channel stream) {
    Recorder.of(stream);
    streams.add(stream);
  }

  private void disturb(Random random) {
    if (streams.isEmpty()) {
      return;
    }
    Channel stream = streams.get(random.nextInt(streams.size()));
    switch (random.nextInt(12)) {
      case 0 -> stream.close();
      case 1 -> stream.writeAndFlush(EndOfStream.INSTANCE);
      case 2 -> stream.read();
      case 3 -> stream.config().setAutoRead(false);
      case 4, 5 -> stream.config().setAutoRead(true);
      default -> {
        ByteBuf data = Unpooled.wrappedBuffer(new byte[random.nextInt(10_000)]);
        boolean udp = ((MuxStream) stream).network() == Network.UDP;
        stream.writeAndFlush(udp ? new Datagram(destination("8.8.8.8:53"), data) : data);
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void survivesFramesThatMakeSenseOnlyOneByOne(long seed) {
    Random random = new Random(seed);
    MuxConnection server = MuxConnection.server((stream, network, target) -> add(stream), LIMITS);
    EmbeddedChannel connection = end(server);

    for (int i = 0; i < 300; i++) {
      connection.writeInbound(nonsense(random, i));
      disturb(random);
      connection.runPendingTasks();
      connection.releaseOutbound();
    }
    assertThat(connection.isOpen()).isTrue();
    assertThat(streams).hasSizeGreaterThan(20);

    connection.finishAndReleaseAll();
    streams.forEach(Channel::close);
    connection.runPendingTasks();
    assertThat(server.openStreams()).isZero();
  }

  /** A frame of the right form, with a status, a number and a target that need not fit. */
  private static ByteBuf nonsense(Random random, int unused) {
    byte[] metadata = new byte[random.nextInt(10) == 0 ? 4 + random.nextInt(509) : 12];
    random.nextBytes(metadata);
    byte status = (byte) (1 + random.nextInt(4));
    int id = status == 1 ? unused : random.nextInt(unused + 1);
    metadata[0] = (byte) (id >> 8);
    metadata[1] = (byte) id;
    metadata[2] = status;
    if (metadata.length >= 12) {
      metadata[4] = (byte) (1 + random.nextInt(2));
      metadata[7] = (byte) (random.nextInt(8) == 0 ? random.nextInt(5) : 1);
    }
    ByteBuf frame = Unpooled.buffer().writeShort(metadata.length).writeBytes(metadata);
    if ((metadata[3] & 1) != 0) {
      byte[] data = new byte[random.nextInt(3000)];
      frame.writeShort(data.length).writeBytes(data);
    }
    return frame;
  }
}
