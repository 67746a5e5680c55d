package io.vmessproxy.client.socks;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.vmessproxy.client.dispatch.Dispatcher;
import io.vmessproxy.client.outbound.Outbound;
import io.vmessproxy.client.session.OpenStream;
import io.vmessproxy.client.session.Session;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.policy.Policy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UdpAssociationTest implements Outbound {
  private static final InetAddress HOST = NetUtil.createInetAddressFromIpAddressString("192.0.2.1");
  private static final InetSocketAddress APPLICATION = new InetSocketAddress(HOST, 5000);
  private static final InetSocketAddress OURS = new InetSocketAddress(HOST, 1080);
  private static final String DATAGRAM = "000000010102030400356869";

  private final EmbeddedChannel stream = new EmbeddedChannel();
  private final EmbeddedChannel socket = new EmbeddedChannel();
  private final UdpAssociation association =
      new UdpAssociation(
          socket, ExpectedSender.of(null, 0, HOST), new Dispatcher(this), Duration.ofMinutes(5));

  UdpAssociationTest() {
    socket.freezeTime();
    socket.pipeline().addLast(association);
  }

  @Override
  public Future<OpenStream> open(Session session, EventLoop loop) {
    return loop.newSucceededFuture(new OpenStream(stream, "test", Policy.DEFAULT));
  }

  @AfterEach
  void leaveNothing() {
    socket.finishAndReleaseAll();
    assertThat(stream.isOpen()).isFalse();
    stream.finishAndReleaseAll();
  }

  @Test
  void closesWhenNothingMovesInEitherDirection() {
    receive(APPLICATION);
    pass(Duration.ofMinutes(4));
    answer();
    pass(Duration.ofMinutes(4));
    receive(APPLICATION);
    pass(Duration.ofSeconds(299));
    assertThat(socket.isOpen()).isTrue();

    pass(Duration.ofSeconds(1));

    assertThat(socket.isOpen()).isFalse();
  }

  @Test
  void isNotKeptOpenByStrangers() {
    receive(APPLICATION);
    pass(Duration.ofMinutes(4));
    receive(OURS);
    pass(Duration.ofMinutes(1));

    assertThat(socket.isOpen()).isFalse();
  }

  @Test
  void mustBeUsedMoreOftenWhereItsApplicationMayBeGone() {
    receive(APPLICATION);
    pass(Duration.ofSeconds(20));
    association.shortenIdle(Duration.ofSeconds(30));
    receive(APPLICATION);
    pass(Duration.ofSeconds(29));
    assertThat(socket.isOpen()).isTrue();

    pass(Duration.ofSeconds(1));

    assertThat(socket.isOpen()).isFalse();
  }

  @Test
  void closesAtOnceWhereThatTimeIsOver() {
    pass(Duration.ofSeconds(31));
    association.shortenIdle(Duration.ofSeconds(30));

    assertThat(socket.isOpen()).isFalse();
    stream.close();
  }

  @Test
  void dropsAnswersWhileItsSocketCannotBeWritten() {
    receive(APPLICATION);
    socket.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
    answer();
    socket.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
    assertThat(socket.outboundMessages()).isEmpty();

    answer();

    DatagramPacket packet = socket.readOutbound();
    assertThat(packet.recipient()).isEqualTo(APPLICATION);
    assertThat(ByteBufUtil.hexDump(packet.content())).isEqualTo(DATAGRAM);
    packet.release();
  }

  @Test
  void survivesOneDatagramsTrouble() {
    receive(APPLICATION);
    socket.pipeline().fireExceptionCaught(new PortUnreachableException());

    assertThat(socket.isOpen()).isTrue();
  }

  private void receive(InetSocketAddress from) {
    ByteBuf bytes = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(DATAGRAM));
    socket.writeInbound(new DatagramPacket(bytes, OURS, from));
  }

  private void answer() {
    Destination source = new Destination(Address.of("1.2.3.4"), 53);
    stream.writeInbound(new Datagram(source, Unpooled.wrappedBuffer(new byte[] {'h', 'i'})));
  }

  private void pass(Duration time) {
    socket.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    socket.runScheduledPendingTasks();
  }
}
