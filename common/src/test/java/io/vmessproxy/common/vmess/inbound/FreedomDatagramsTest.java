package io.vmessproxy.common.vmess.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.SystemResolver;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server's UDP sockets, against others on this machine. */
@Timeout(30)
class FreedomDatagramsTest {
  private final EventLoopGroup loops = EventLoops.group(1);
  private final SystemResolver resolver = new SystemResolver();
  private final Freedom freedom = new Freedom(new Dialer(resolver), 2);
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private DatagramSocket target;

  /** A datagram that was read, its bytes as Latin-1. */
  private record Received(Destination source, String text) {}

  @BeforeEach
  void openTarget() throws IOException {
    target = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    target.setSoTimeout(5000);
  }

  @AfterEach
  void stop() {
    target.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost"})
  void carriesDatagramsBothWaysUnderTheNameThatTheClientUsed(String host) throws Exception {
    Destination named = destination(host, target.getLocalPort());
    Channel socket = open(TargetAccess.ALL, DatagramSources.TARGETS);
    send(socket, named, "ping");
    DatagramPacket ping = receive();
    answer(ping, "pong");

    assertThat(text(ping)).isEqualTo("ping");
    Received pong = next();
    assertThat(pong.text()).isEqualTo("pong");
    assertThat(pong.source()).isEqualTo(named);
  }

  @Test
  void keepsTheOrderOfWhatWaitsForALookUp() throws Exception {
    Destination named = destination("localhost", target.getLocalPort());
    Channel socket = open(TargetAccess.ALL, DatagramSources.TARGETS);
    for (int i = 0; i < 50; i++) {
      send(socket, named, "datagram " + i);
    }

    for (int i = 0; i < 50; i++) {
      assertThat(text(receive())).isEqualTo("datagram " + i);
    }
  }

  @Test
  void carriesTheLongestDatagram() throws Exception {
    Destination named = destination("127.0.0.1", target.getLocalPort());
    Channel socket = open(TargetAccess.ALL, DatagramSources.TARGETS);
    byte[] longest = new byte[Datagram.MAX_PAYLOAD_BYTES];
    new Random(3).nextBytes(longest);
    socket.writeAndFlush(new Datagram(named, Unpooled.wrappedBuffer(longest)));
    DatagramPacket there = receive();
    target.send(new DatagramPacket(longest, longest.length, there.getSocketAddress()));

    assertThat(there.getLength()).isEqualTo(longest.length);
    assertThat(next().text()).isEqualTo(new String(longest, StandardCharsets.ISO_8859_1));
  }

  @Test
  void takesOnlyTargetsOrAnyone() throws Exception {
    try (DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      Destination named = destination("127.0.0.1", target.getLocalPort());
      Channel strict = open(TargetAccess.ALL, DatagramSources.TARGETS);
      send(strict, named, "strict");
      DatagramPacket fromStrict = receive();
      send(other, fromStrict, "from another");
      answer(fromStrict, "from the target");
      assertThat(next().text()).isEqualTo("from the target");

      Channel open = open(TargetAccess.ALL, DatagramSources.ANYONE);
      send(open, named, "open");
      DatagramPacket fromOpen = receive();
      send(other, fromOpen, "from another");
      Received another = next();
      assertThat(another.text()).isEqualTo("from another");
      assertThat(another.source()).isEqualTo(destination("127.0.0.1", other.getLocalPort()));
    }
  }

  @Test
  void sendsNothingToWhereItMayNot() throws Exception {
    Destination denied = destination("127.0.0.1", target.getLocalPort());
    try (DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      other.setSoTimeout(5000);
      Destination allowed = destination("localhost", other.getLocalPort());
      Channel socket = open((named, address) -> !named.equals(denied), DatagramSources.TARGETS);
      send(socket, denied, "denied");
      send(socket, allowed, "allowed");
      DatagramPacket packet = new DatagramPacket(new byte[100], 100);
      other.receive(packet);
      assertThat(text(packet)).isEqualTo("allowed");
    }
    target.setSoTimeout(1); // What was sent before has arrived, if it was.
    assertThat(received()).isNull();
  }

  @Test
  void outlivesAnEndAndTargetsThatCannotBeReached() throws Exception {
    Channel socket = open(TargetAccess.ALL, DatagramSources.TARGETS);
    send(socket, destination("x".repeat(64) + ".invalid", 1), "to nobody");
    send(socket, destination("127.0.0.1", 0), "to no port");
    DatagramSocket closed = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    int closedPort = closed.getLocalPort();
    closed.close();
    send(socket, destination("127.0.0.1", closedPort), "to nobody");
    assertThat(socket.writeAndFlush(EndOfStream.INSTANCE).await(5, TimeUnit.SECONDS)).isTrue();
    send(socket, destination("127.0.0.1", target.getLocalPort()), "ping");

    assertThat(text(receive())).isEqualTo("ping");
    assertThat(socket.isOpen()).isTrue();
  }

  @Test
  void boundsTheNumberOfSockets() {
    Channel first = open(TargetAccess.ALL, DatagramSources.TARGETS);
    open(TargetAccess.ALL, DatagramSources.TARGETS);
    var third = freedom.datagrams(TargetAccess.ALL, DatagramSources.TARGETS, loops.next());

    assertThat(third.awaitUninterruptibly().cause())
        .hasMessage("2 UDP sockets are open (expected: fewer)");
    first.close().syncUninterruptibly();
    open(TargetAccess.ALL, DatagramSources.TARGETS);
  }

  private Channel open(TargetAccess access, DatagramSources sources) {
    Channel socket =
        freedom.datagrams(access, sources, loops.next()).syncUninterruptibly().getNow();
    socket.pipeline().addLast(new Collector());
    socket.config().setAutoRead(true);
    return socket;
  }

  private Received next() throws InterruptedException {
    Received next = received.poll(5, TimeUnit.SECONDS);
    assertThat(next).as("a datagram").isNotNull();
    return next;
  }

  private DatagramPacket receive() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
    target.receive(packet);
    return packet;
  }

  private @Nullable DatagramPacket received() throws IOException {
    try {
      return receive();
    } catch (SocketTimeoutException e) {
      return null;
    }
  }

  private void answer(DatagramPacket to, String text) throws IOException {
    send(target, to, text);
  }

  private static void send(DatagramSocket from, DatagramPacket to, String text) throws IOException {
    byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
    from.send(new DatagramPacket(payload, payload.length, to.getSocketAddress()));
  }

  private static void send(Channel socket, Destination to, String text) {
    socket.writeAndFlush(new Datagram(to, Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII)));
  }

  private static String text(DatagramPacket packet) {
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
  }

  private static Destination destination(String host, int port) {
    return new Destination(Address.of(host), port);
  }

  /** Keeps what is read. */
  private final class Collector extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      Datagram datagram = (Datagram) msg;
      String text = datagram.content().toString(StandardCharsets.ISO_8859_1);
      datagram.release();
      received.add(new Received(datagram.destination(), text));
    }
  }
}
