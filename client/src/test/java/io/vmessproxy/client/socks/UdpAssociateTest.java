package io.vmessproxy.client.socks;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import io.vmessproxy.client.inbound.FrontEnd;
import io.vmessproxy.client.inbound.FrontEnd.Udp;
import io.vmessproxy.client.inbound.TestPeer;
import io.vmessproxy.client.inbound.UdpPeer;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Network;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class UdpAssociateTest {
  private static final String GREETING = "050100";

  /** From anywhere, as most applications ask. */
  private static final String REQUEST = "05030001000000000000";

  private static final String IPV4 = "000000 01 01020304 0035";
  private static final String IPV6 = "000000 04 20010db8000000000000000000000001 01bb";
  private static final String NAME = "000000 03 0b 6578616d706c652e636f6d 0035";

  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(300);

  @ParameterizedTest
  @CsvSource({"1.2.3.4:53, " + IPV4, "[2001:db8::1]:443, " + IPV6, "example.com:53, " + NAME})
  void carriesDatagramsToATargetAndBack(String target, String header) throws IOException {
    try (UdpPeer echo = UdpPeer.echo();
        FrontEnd front = FrontEnd.open().route(target, echo);
        TestPeer client = front.connect();
        UdpPeer udp = UdpPeer.to(associate(client))) {
      assertThat(udp.sendHex(header + "6869").receiveHex()).isEqualTo(hex(header + "6869"));
      assertThat(udp.sendHex(header + "6f6b").receiveHex()).isEqualTo(hex(header + "6f6b"));

      assertThat(front.sessions())
          .singleElement()
          .satisfies(s -> assertThat(s.network()).isEqualTo(Network.UDP))
          .satisfies(s -> assertThat(s.inbound()).isEqualTo("socks5"))
          .satisfies(s -> assertThat(s.destination()).hasToString(target));
    }
  }

  @Test
  void opensAStreamForEachTarget() throws IOException {
    try (UdpPeer one = UdpPeer.echo();
        UdpPeer two = UdpPeer.echo();
        FrontEnd front = FrontEnd.open().route("1.2.3.4:53", one).route("[2001:db8::1]:443", two);
        TestPeer client = front.connect();
        UdpPeer udp = UdpPeer.to(associate(client))) {
      for (int i = 0; i < 3; i++) {
        assertThat(udp.sendHex(IPV4 + "01").receiveHex()).isEqualTo(hex(IPV4 + "01"));
        assertThat(udp.sendHex(IPV6 + "02").receiveHex()).isEqualTo(hex(IPV6 + "02"));
      }

      assertThat(front.sessions()).hasSize(2);
    }
  }

  @Test
  void opensOneStreamWhereThatTakesAllTargets() throws IOException {
    try (UdpPeer one = UdpPeer.echo();
        UdpPeer two = UdpPeer.echo();
        FrontEnd front =
            FrontEnd.open()
                .withOneStreamForAllTargets()
                .route("1.2.3.4:53", one)
                .route("[2001:db8::1]:443", two);
        TestPeer client = front.connect();
        UdpPeer udp = UdpPeer.to(associate(client))) {
      assertThat(udp.sendHex(IPV4 + "01").receiveHex()).isEqualTo(hex(IPV4 + "01"));
      assertThat(udp.sendHex(IPV6 + "02").receiveHex()).isEqualTo(hex(IPV6 + "02"));

      assertThat(front.sessions()).hasSize(1);
    }
  }

  @Test
  void passesOnAnswersThatNobodyAskedFor() throws IOException {
    try (UdpPeer target = UdpPeer.open();
        FrontEnd front = FrontEnd.open().route("1.2.3.4:53", target);
        TestPeer client = front.connect();
        UdpPeer udp = UdpPeer.to(associate(client))) {
      udp.sendHex(IPV4 + "6869");
      assertThat(target.receiveHex()).isEqualTo("6869");

      target.sendHex("01").sendHex("").sendHex("03");

      assertThat(udp.receiveHex()).isEqualTo(hex(IPV4 + "01"));
      assertThat(udp.receiveHex()).isEqualTo(hex(IPV4));
      assertThat(udp.receiveHex()).isEqualTo(hex(IPV4 + "03"));
    }
  }

  @Test
  void carriesTheLargestDatagram() throws IOException {
    byte[] largest = new byte[65507];
    new Random(1).nextBytes(largest);
    byte[] header = HexFormat.of().parseHex(hex(IPV4));
    System.arraycopy(header, 0, largest, 0, header.length);
    try (UdpPeer echo = UdpPeer.echo();
        FrontEnd front = FrontEnd.open().route("1.2.3.4:53", echo);
        TestPeer client = front.connect();
        UdpPeer udp = UdpPeer.to(associate(client))) {
      assertThat(udp.send(largest).receive()).isEqualTo(largest);
    }
  }

  @Test
  void dropsAnAnswerThatDoesNotFitAndGoesOn() throws IOException {
    try (UdpPeer target = UdpPeer.open();
        FrontEnd front = FrontEnd.open().route("1.2.3.4:53", target);
        TestPeer client = front.connect();
        UdpPeer udp = UdpPeer.to(associate(client))) {
      udp.sendHex(IPV4 + "6869");
      target.receive();

      target.send(new byte[65507]).sendHex("01");

      assertThat(udp.receiveHex()).isEqualTo(hex(IPV4 + "01"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "000001 01 01020304 0035 6869",
    "000000 01 01020304 0035",
    "000000 02 01020304 0035 6869",
    "000000",
    "''"
  })
  void dropsWhatItCannotSendAndGoesOn(String bad) throws IOException {
    try (UdpPeer echo = UdpPeer.echo();
        FrontEnd front = FrontEnd.open().route("1.2.3.4:53", echo);
        TestPeer client = front.connect();
        UdpPeer udp = UdpPeer.to(associate(client))) {
      udp.sendHex(bad);

      assertThat(udp.sendHex(IPV4 + "01").receiveHex()).isEqualTo(hex(IPV4 + "01"));
      assertThat(front.sessions()).hasSize(1);
    }
  }

  @Test
  void belongsToTheFirstPortThatUsesIt() throws IOException {
    try (UdpPeer echo = UdpPeer.echo();
        FrontEnd front = FrontEnd.open().route("1.2.3.4:53", echo);
        TestPeer client = front.connect();
        UdpPeer first = UdpPeer.to(associate(client));
        UdpPeer second = UdpPeer.to(first.other())) {
      assertThat(first.sendHex(IPV4 + "01").receiveHex()).isEqualTo(hex(IPV4 + "01"));

      assertThat(second.sendHex(IPV4 + "02").hearsNothing()).isTrue();
      assertThat(first.sendHex(IPV4 + "03").receiveHex()).isEqualTo(hex(IPV4 + "03"));
    }
  }

  @Test
  void isNotTakenByDatagramsThatItDrops() throws IOException {
    try (UdpPeer echo = UdpPeer.echo();
        FrontEnd front = FrontEnd.open().route("1.2.3.4:53", echo);
        TestPeer client = front.connect();
        UdpPeer first = UdpPeer.to(associate(client));
        UdpPeer second = UdpPeer.to(first.other())) {
      first.sendHex("00");

      assertThat(second.sendHex(IPV4 + "02").receiveHex()).isEqualTo(hex(IPV4 + "02"));
    }
  }

  @Test
  void takesDatagramsFromThePortThatTheRequestNames() throws IOException {
    try (UdpPeer echo = UdpPeer.echo();
        FrontEnd front = FrontEnd.open().route("1.2.3.4:53", echo);
        TestPeer client = front.connect();
        UdpPeer named = UdpPeer.open();
        UdpPeer other = UdpPeer.open()) {
      String port = "%04x".formatted(named.address().getPort());
      InetSocketAddress association = associate(client, "050300017f000001" + port);
      other.talkTo(association);
      named.talkTo(association);

      assertThat(other.sendHex(IPV4 + "02").hearsNothing()).isTrue();
      assertThat(named.sendHex(IPV4 + "01").receiveHex()).isEqualTo(hex(IPV4 + "01"));
    }
  }

  @Test
  void dropsDatagramsFromAnotherAddressThanTheRequestNames() throws IOException {
    try (UdpPeer echo = UdpPeer.echo();
        FrontEnd front = FrontEnd.open().route("1.2.3.4:53", echo);
        TestPeer client = front.connect();
        UdpPeer udp = UdpPeer.to(associate(client, "05030001c00002010000"))) {
      assertThat(udp.sendHex(IPV4 + "02").hearsNothing()).isTrue();
      assertThat(front.sessions()).isEmpty();
    }
  }

  @Test
  void takesTheRequestByteByByteAndDropsWhatStandsBehind() throws IOException {
    try (UdpPeer echo = UdpPeer.echo();
        FrontEnd front = FrontEnd.withLogin("me", "pass").route("1.2.3.4:53", echo);
        TestPeer client = front.connect()) {
      client.sendByteByByte(
          HexFormat.of().parseHex("050102" + "01026d650470617373" + REQUEST + "6869"));
      assertThat(client.readHex(4)).isEqualTo("05020100");
      client.send("more of it");

      try (UdpPeer udp = UdpPeer.to(readReply(client))) {
        assertThat(udp.sendHex(IPV4 + "01").receiveHex()).isEqualTo(hex(IPV4 + "01"));
      }
    }
  }

  @Test
  void refusesAWrongPassword() throws IOException {
    try (FrontEnd front = FrontEnd.withLogin("me", "pass");
        TestPeer client = front.connect()) {
      client.sendHex("050102" + "01026d650470617374" + REQUEST);

      assertThat(client.readHex(4)).isEqualTo("05020101");
      assertThat(client.readAll()).isEmpty();
    }
  }

  @Test
  void refusesItWhereUdpIsOff() throws IOException {
    try (FrontEnd front = FrontEnd.withUdp(null);
        TestPeer client = front.connect()) {
      client.sendHex(GREETING + REQUEST);

      assertThat(client.readHex(12)).isEqualTo("0500" + "05070001000000000000");
      assertThat(client.readAll()).isEmpty();
    }
  }

  @Test
  void refusesAssociationsAboveItsMaximum() throws IOException {
    Udp one = new Udp("127.0.0.1", null, new UdpLimits(1, LONG, LONG));
    try (FrontEnd front = FrontEnd.withUdp(one);
        TestPeer first = front.connect()) {
      InetSocketAddress association = associate(first);
      try (TestPeer second = front.connect()) {
        second.sendHex(GREETING + REQUEST);
        assertThat(second.readHex(12)).isEqualTo("0500" + "05010001000000000000");
      }
      first.leave();
      awaitFree(association);

      try (TestPeer third = front.connect()) {
        assertThat(associate(third)).isNotNull();
      }
    }
  }

  @Test
  void tellsTheAddressItIsToldTo() throws IOException {
    Udp told = new Udp("127.0.0.1", Address.of("192.0.2.7"), UdpLimits.DEFAULT);
    try (UdpPeer echo = UdpPeer.echo();
        FrontEnd front = FrontEnd.withUdp(told).route("1.2.3.4:53", echo);
        TestPeer client = front.connect()) {
      InetSocketAddress address = associate(client);

      assertThat(address.getAddress().getHostAddress()).isEqualTo("192.0.2.7");
      try (UdpPeer udp =
          UdpPeer.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort()))) {
        assertThat(udp.sendHex(IPV4 + "01").receiveHex()).isEqualTo(hex(IPV4 + "01"));
      }
    }
  }

  static Stream<String> loopbacks() {
    return Stream.of("127.0.0.1", "::1").filter(UdpAssociateTest::exists);
  }

  private static boolean exists(String host) {
    try (ServerSocket probe =
        new ServerSocket(0, 1, NetUtil.createInetAddressFromIpAddressString(host))) {
      return probe.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @ParameterizedTest
  @MethodSource("loopbacks")
  void tellsTheAddressThatTheApplicationConnectedTo(String host) throws IOException {
    try (UdpPeer echo = UdpPeer.echo();
        FrontEnd front =
            FrontEnd.withUdp(new Udp(host, null, UdpLimits.DEFAULT)).route("1.2.3.4:53", echo);
        TestPeer client = front.connect()) {
      InetSocketAddress address = associate(client);

      assertThat(address.getAddress())
          .isEqualTo(NetUtil.createInetAddressFromIpAddressString(host));
      try (UdpPeer udp = UdpPeer.to(address)) {
        assertThat(udp.sendHex(IPV4 + "01").receiveHex()).isEqualTo(hex(IPV4 + "01"));
      }
    }
  }

  @Test
  void endsWithItsTcpConnection() throws IOException {
    try (UdpPeer echo = UdpPeer.echo();
        FrontEnd front = FrontEnd.open().route("1.2.3.4:53", echo);
        TestPeer client = front.connect();
        UdpPeer udp = UdpPeer.to(associate(client))) {
      udp.sendHex(IPV4 + "01").receive();

      client.leave();

      awaitFree(udp.other());
      front.streams().forEach(stream -> stream.closeFuture().syncUninterruptibly());
    }
  }

  @Test
  void endsWhenItsTcpConnectionIsReset() throws IOException {
    try (UdpPeer echo = UdpPeer.echo();
        FrontEnd front = FrontEnd.open().route("1.2.3.4:53", echo);
        TestPeer client = front.connect();
        UdpPeer udp = UdpPeer.to(associate(client))) {
      udp.sendHex(IPV4 + "01").receive();

      client.reset();

      awaitFree(udp.other());
      front.streams().forEach(stream -> stream.closeFuture().syncUninterruptibly());
    }
  }

  @Test
  void livesOnWhenTheApplicationEndsOnlyItsDirection() throws IOException {
    try (UdpPeer echo = UdpPeer.echo();
        FrontEnd front = FrontEnd.open().route("1.2.3.4:53", echo);
        TestPeer client = front.connect()) {
      client.sendHex(GREETING + REQUEST).finish();
      client.readHex(2);
      try (UdpPeer udp = UdpPeer.to(readReply(client))) {
        assertThat(client.hearsNothing()).isTrue();
        assertThat(udp.sendHex(IPV4 + "01").receiveHex()).isEqualTo(hex(IPV4 + "01"));
      }
    }
  }

  @Test
  void endsWhenTheApplicationLeavesAfterItsDirection() throws IOException {
    try (FrontEnd front = FrontEnd.open();
        TestPeer client = front.connect()) {
      InetSocketAddress association = associate(client);
      client.finish();
      assertThat(client.hearsNothing()).isTrue();

      client.leave();

      awaitFree(association);
    }
  }

  @Test
  void closesItsTcpConnectionWhenNothingMoves() throws IOException {
    Udp brief = new Udp("127.0.0.1", null, new UdpLimits(1, SHORT, SHORT));
    try (FrontEnd front = FrontEnd.withUdp(brief);
        TestPeer client = front.connect()) {
      InetSocketAddress association = associate(client);

      assertThat(client.readAll()).isEmpty();
      awaitFree(association);
    }
  }

  @Test
  void dropsDatagramsWhileNoStreamCanBeOpened() throws IOException {
    try (UdpPeer echo = UdpPeer.echo();
        FrontEnd front = FrontEnd.open().failing(Failure.REFUSED);
        TestPeer client = front.connect();
        UdpPeer udp = UdpPeer.to(associate(client))) {
      udp.sendHex(IPV4 + "01").sendHex(IPV4 + "02");
      assertThat(udp.hearsNothing()).isTrue();
      assertThat(front.sessions()).hasSize(1);

      // Another target does not wait for the pause of the first one.
      front.working().route("example.com:53", echo);
      assertThat(udp.sendHex(NAME + "03").receiveHex()).isEqualTo(hex(NAME + "03"));
    }
  }

  private static InetSocketAddress associate(TestPeer client) throws IOException {
    return associate(client, REQUEST);
  }

  private static InetSocketAddress associate(TestPeer client, String request) throws IOException {
    assertThat(client.sendHex(GREETING + request).readHex(2)).isEqualTo("0500");
    return readReply(client);
  }

  private static InetSocketAddress readReply(TestPeer client) throws IOException {
    assertThat(client.readHex(3)).isEqualTo("050000");
    byte[] octets = client.read(client.read(1)[0] == 1 ? 4 : 16);
    int port = Short.toUnsignedInt(ByteBuffer.wrap(client.read(2)).getShort());
    return new InetSocketAddress(InetAddress.getByAddress(octets), port);
  }

  /** Until the association's socket is closed: its port can be bound again. */
  private static void awaitFree(InetSocketAddress association) throws IOException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
    while (System.nanoTime() < deadline) {
      try (DatagramSocket free = new DatagramSocket(association)) {
        assertThat(free.isBound()).isTrue();
        return;
      } catch (BindException e) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      }
    }
    throw new IOException(association + " is still bound");
  }

  private static String hex(String spaced) {
    return spaced.replace(" ", "");
  }
}
