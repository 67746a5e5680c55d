package io.vmessproxy.common.mux;

import static io.vmessproxy.common.mux.WireFrames.bytes;
import static io.vmessproxy.common.mux.WireFrames.destination;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.net.Network;
import io.vmessproxy.common.policy.Policy;
import io.vmessproxy.common.relay.Relay;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client's end and a server's end, one reading what the other one writes. */
class MuxLinkTest {
  private static final int STREAMS = 40;
  private static final MuxLimits LIMITS =
      MuxLimits.CLIENT.withMaxStreams(STREAMS).withMaxDatagramBytes(Datagram.MAX_PAYLOAD_BYTES);

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final List<Channel> accepted = new ArrayList<>();
  private final MuxConnection client = MuxConnection.client(LIMITS);
  private final MuxConnection server =
      MuxConnection.server(
          this::accept, MuxLimits.SERVER.withMaxDatagramBytes(Datagram.MAX_PAYLOAD_BYTES));
  private final EmbeddedChannel clientEnd = new EmbeddedChannel(client);
  private final EmbeddedChannel serverEnd = new EmbeddedChannel(server);
  private final MuxLink link = new MuxLink(clientEnd, serverEnd, random);

  MuxLinkTest() {
    client.start();
    server.start();
  }

  private void accept(Channel stream, Network network, Destination destination) {
    accepted.add(stream);
    stream.pipeline().addLast(new Echo());
    stream.config().setAutoRead(true);
  }

  @AfterEach
  void nothingIsLeft() {
    link.close();
    assertThat(client.openStreams()).as("seed %d", seed).isZero();
    assertThat(server.openStreams()).as("seed %d", seed).isZero();
  }

  /** Sends back what it reads, but no end. */
  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      if (msg != EndOfStream.INSTANCE) {
        ctx.write(msg);
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      ctx.flush();
      ctx.fireChannelReadComplete();
    }
  }

  @Test
  void carriesFortyStreamsAtOnceByteForByte() {
    List<Channel> streams = new ArrayList<>();
    List<Recorder> readers = new ArrayList<>();
    List<byte[]> sent = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      Channel stream = client.open(Network.TCP, destination("a.example:" + i));
      readers.add(Recorder.of(stream));
      stream.config().setAutoRead(true);
      streams.add(stream);
      byte[] data = new byte[random.nextInt(100_000)];
      random.nextBytes(data);
      sent.add(data);
    }
    int[] offsets = new int[STREAMS];
    for (int round = 0; round < 12; round++) {
      for (int i = 0; i < STREAMS; i++) {
        int left = sent.get(i).length - offsets[i];
        int part = round == 11 ? left : Math.min(left, random.nextInt(20_000));
        streams.get(i).writeAndFlush(Unpooled.copiedBuffer(sent.get(i), offsets[i], part));
        offsets[i] += part;
      }
      link.carry();
    }

    for (int i = 0; i < STREAMS; i++) {
      assertThat(readers.get(i).bytes()).as("seed %d, stream %d", seed, i).isEqualTo(sent.get(i));
    }
  }

  @Test
  void endsEachStreamByItself() {
    Channel one = client.open(Network.TCP, destination("a.example:1"));
    Channel two = client.open(Network.TCP, destination("a.example:2"));
    Recorder reader = Recorder.of(one);
    one.config().setAutoRead(true);
    one.writeAndFlush(bytes("echo"));
    two.writeAndFlush(bytes("echo"));
    link.carry();
    accepted.get(0).writeAndFlush(EndOfStream.INSTANCE);
    link.carry();

    assertThat(reader.text()).isEqualTo("echo");
    assertThat(reader.ended()).isTrue();
    assertThat(reader.closed()).isTrue();
    assertThat(two.isOpen()).isTrue();
    assertThat(client.openStreams()).isEqualTo(1);
    assertThat(server.openStreams()).isEqualTo(1);
  }

  @Test
  void carriesTheLongestDatagramsWhole() {
    Channel stream = client.open(Network.UDP, destination("8.8.8.8:53"));
    Recorder reader = Recorder.of(stream);
    stream.config().setAutoRead(true);
    for (int size : new int[] {65507, 1, 65506, 30000}) {
      stream.writeAndFlush(
          new Datagram(destination("8.8.8.8:53"), Unpooled.wrappedBuffer(new byte[size])));
    }
    link.carry();

    assertThat(reader.datagrams()).hasSize(4).first().isEqualTo("8.8.8.8:53=65507 bytes");
  }

  @Test
  void carriesXudpWithItsAddresses() {
    EmbeddedChannel datagrams = new EmbeddedChannel(new XudpDatagrams(65507, 42));
    MuxLink xudp = new MuxLink(datagrams, serverEnd, random);
    datagrams.writeOutbound(
        datagram("8.8.8.8:53", "a"), datagram("1.1.1.1:5353", "b"), datagram("8.8.8.8:53", "c"));
    xudp.carry();

    for (String expected : List.of("8.8.8.8:53", "1.1.1.1:5353", "8.8.8.8:53")) {
      Datagram read = datagrams.readInbound();
      assertThat(read.destination()).hasToString(expected);
      read.release();
    }
    datagrams.writeOutbound(EndOfStream.INSTANCE);
    xudp.carry();
    assertThat(accepted.get(0).isOpen()).isFalse();
    xudp.close();
  }

  @Test
  void isJoinedByRelaysLikeAnyChannel() {
    EmbeddedChannel application = new EmbeddedChannel();
    Channel stream = client.open(Network.TCP, destination("a.example:1"));
    Relay.join(application, stream, Policy.DEFAULT).start();
    application.writeInbound(bytes("ping"));
    link.carry();
    assertThat(text(application)).isEqualTo("ping");

    application.writeInbound(EndOfStream.INSTANCE);
    link.carry();
    assertThat(stream.isOpen()).isTrue();

    accepted.get(0).writeAndFlush(bytes("last"));
    accepted.get(0).writeAndFlush(EndOfStream.INSTANCE);
    link.carry();
    application.runPendingTasks();
    assertThat(text(application)).isEqualTo("last<end>");
    assertThat(stream.isOpen()).isFalse();
    assertThat(application.isOpen()).isFalse();
  }

  private static String text(EmbeddedChannel channel) {
    StringBuilder all = new StringBuilder();
    for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      if (out instanceof ByteBuf data) {
        all.append(data.toString(StandardCharsets.US_ASCII));
        data.release();
      } else {
        all.append("<end>");
      }
    }
    return all.toString();
  }

  private static Datagram datagram(String destination, String payload) {
    return new Datagram(destination(destination), bytes(payload));
  }
}
