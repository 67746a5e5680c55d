package io.vmessproxy.common.vmess.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.vmessproxy.common.mux.MuxConnection;
import io.vmessproxy.common.mux.MuxLimits;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.net.EventLoops;
import io.vmessproxy.common.net.Network;
import io.vmessproxy.common.net.SystemResolver;
import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.udp.PacketAddr;
import io.vmessproxy.common.udp.PacketAddrDatagrams;
import io.vmessproxy.common.udp.PinnedDatagrams;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.header.RequestSealer;
import io.vmessproxy.common.vmess.outbound.ResponseListener;
import io.vmessproxy.common.vmess.outbound.VmessClientHandler;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** All that a server's users may ask for, by our client's end over real sockets. */
@Timeout(60)
class VmessServerTest {
  private static final int ALTER_ID = 4;
  private static final String END = "<end>";
  private static final Address MUX_NAME = Address.of("v1.mux.cool");

  private final SecureRandom random = new SecureRandom();
  private final EventLoopGroup loops = EventLoops.group(1);
  private final SystemResolver resolver = new SystemResolver();
  private final Dialer dialer = new Dialer(resolver);
  private final UserId user = UserId.random(random);
  private final BlockingQueue<String> read = new LinkedBlockingQueue<>();
  private final CompletableFuture<@Nullable SwitchAccount> suggestion = new CompletableFuture<>();
  private TargetAccess access = TargetAccess.ALL;
  private Detour detour = Detour.NONE;
  private VmessServer server;
  private Destination serverAddress;
  private DatagramSocket udp;

  @BeforeEach
  void startServer() throws IOException {
    InboundOptions options =
        new InboundOptions(
            PolicyTable.DEFAULT,
            (named, address) -> access.allows(named, address),
            false,
            who -> detour.suggestion(who),
            0,
            0);
    server =
        new VmessServer(
            List.of(new InboundUser(user, ALTER_ID, 0, "a@example.com")),
            options,
            new Freedom(dialer),
            Clock.systemUTC());
    Channel bound =
        server
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), loops)
            .syncUninterruptibly()
            .channel();
    serverAddress = loopback(((InetSocketAddress) bound.localAddress()).getPort());
    udp = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    udp.setSoTimeout(5000);
  }

  @AfterEach
  void stopServer() {
    server.close();
    udp.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    resolver.close();
  }

  @ParameterizedTest
  @CsvSource({
    "0, AES_128_GCM",
    "4, AES_128_GCM",
    "4, CHACHA20_POLY1305",
    "4, NONE",
    "1, AES_128_CFB",
    "4, ZERO"
  })
  void carriesDatagramsToTheTargetOfTheHeader(int alterId, Security security) throws Exception {
    Destination target = new Destination(Address.of("localhost"), udp.getLocalPort());
    Channel stream = open(alterId, security, Command.UDP, target);
    addReader(stream, new PinnedDatagrams(target));
    send(stream, target, "ping 1");
    send(stream, target, "ping 2");

    assertThat(echo()).isEqualTo("ping 1");
    assertThat(echo()).isEqualTo("ping 2");
    assertThat(next()).isEqualTo(target + " ping 1");
    assertThat(next()).isEqualTo(target + " ping 2");
  }

  @Test
  void takesAnswersToAPinnedStreamFromItsTargetAlone() throws Exception {
    Destination target = loopback(udp.getLocalPort());
    Channel stream = open(0, Security.AES_128_GCM, Command.UDP, target);
    addReader(stream, new PinnedDatagrams(target));
    send(stream, target, "ping");
    DatagramPacket ping = receive();
    try (DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      other.send(packet("forged", ping));
      udp.send(packet("pong", ping));

      assertThat(next()).isEqualTo(target + " pong");
    }
  }

  @Test
  void carriesDatagramsToAndFromAnyoneWithPacketaddr() throws Exception {
    Destination target = loopback(udp.getLocalPort());
    Channel stream = open(ALTER_ID, Security.AES_128_GCM, Command.UDP, PacketAddr.TARGET);
    addReader(stream, new PacketAddrDatagrams());
    send(stream, target, "ping");
    DatagramPacket ping = receive();
    try (DatagramSocket other = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      other.send(packet("hello", ping));

      assertThat(next()).isEqualTo(loopback(other.getLocalPort()) + " hello");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Command.class,
      names = {"MUX", "TCP"})
  void carriesStreamsAndDatagramsInAMux(Command command) throws Exception {
    Destination name = command == Command.MUX ? null : new Destination(MUX_NAME, 9527);
    Channel connection = open(0, Security.AES_128_GCM, command, name);
    MuxConnection mux = MuxConnection.client(MuxLimits.CLIENT);
    connection.pipeline().addLast(mux);
    connection.eventLoop().submit(mux::start).syncUninterruptibly();
    try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Channel stream = mux(connection, mux, Network.TCP, loopback(target.getLocalPort()));
      stream.writeAndFlush(Unpooled.copiedBuffer("question", StandardCharsets.US_ASCII));
      try (Socket socket = target.accept()) {
        assertThat(socket.getInputStream().readNBytes(8)).asString().isEqualTo("question");
        socket.getOutputStream().write("answer".getBytes(StandardCharsets.US_ASCII));
      }
      assertThat(next()).isEqualTo("answer");
      assertThat(next()).isEqualTo(END);
    }
    Destination target = loopback(udp.getLocalPort());
    Channel datagrams = mux(connection, mux, Network.UDP, target);
    send(datagrams, target, "ping");
    assertThat(echo()).isEqualTo("ping");
    assertThat(next()).isEqualTo(target + " ping");
  }

  @Test
  void closesAStreamInAMuxWhoseTargetRefusesAndNotTheOthers() throws Exception {
    access = (named, address) -> named.port() == udp.getLocalPort();
    Channel connection = open(0, Security.AES_128_GCM, Command.MUX, null);
    MuxConnection mux = MuxConnection.client(MuxLimits.CLIENT);
    connection.pipeline().addLast(mux);
    connection.eventLoop().submit(mux::start).syncUninterruptibly();
    Channel denied = mux(connection, mux, Network.TCP, loopback(1));
    denied.writeAndFlush(Unpooled.copiedBuffer("question", StandardCharsets.US_ASCII));
    assertThat(denied.closeFuture().await(5, TimeUnit.SECONDS)).isTrue();

    Destination target = loopback(udp.getLocalPort());
    Channel datagrams = mux(connection, mux, Network.UDP, target);
    send(datagrams, target, "ping");
    assertThat(echo()).isEqualTo("ping");
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1", "localhost"})
  void endsAStreamToWhereItsUserMayNotGo(String host) throws Exception {
    access = (named, address) -> !address.isLoopbackAddress();
    try (ServerSocket target = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Destination denied = new Destination(Address.of(host), target.getLocalPort());
      Channel stream = open(0, Security.AES_128_GCM, Command.TCP, denied);
      addReader(stream);
      stream.writeAndFlush(Unpooled.copiedBuffer("question", StandardCharsets.US_ASCII));

      assertThat(next()).isEqualTo(END);
      assertThat(stream.closeFuture().await(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "4"})
  void suggestsTheDetourInTheResponseHeader(int alterId) throws Exception {
    UserId guest = UserId.random(random);
    SwitchAccount there = new SwitchAccount(null, 10086, guest, 64, 1, 5);
    detour = who -> who.email().equals("a@example.com") ? there : null;
    Destination target = loopback(udp.getLocalPort());
    Channel stream = open(alterId, Security.AES_128_GCM, Command.UDP, target);
    addReader(stream, new PinnedDatagrams(target));
    send(stream, target, "ping");
    echo();

    assertThat(suggestion.get(5, TimeUnit.SECONDS)).isEqualTo(there);
    assertThat(next()).isEqualTo(target + " ping");
  }

  private Channel open(
      int alterId, Security security, Command command, @Nullable Destination target) {
    RequestSealer sealer = RequestSealer.of(new Account(user, alterId, security, 0));
    RequestHeader header =
        new RequestHeader(
            SessionKeys.random(random, sealer.form()),
            BodyOptions.recommended(security, command),
            security,
            command,
            target);
    Channel channel =
        dialer
            .dial(serverAddress, false, Duration.ofSeconds(5), loops.next())
            .syncUninterruptibly()
            .getNow();
    channel
        .pipeline()
        .addLast(new VmessClientHandler(header, sealer, Clock.systemUTC(), random, new Listener()));
    return channel;
  }

  private Channel mux(
      Channel connection, MuxConnection mux, Network network, Destination destination) {
    Channel stream =
        connection
            .eventLoop()
            .submit(() -> mux.open(network, destination))
            .syncUninterruptibly()
            .getNow();
    addReader(stream);
    return stream;
  }

  private void addReader(Channel stream, ChannelHandler... before) {
    stream.pipeline().addLast(before).addLast(new Reader());
    stream.config().setAutoRead(true);
  }

  private static void send(Channel stream, Destination to, String text) {
    stream.writeAndFlush(new Datagram(to, Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII)));
  }

  private String next() throws InterruptedException {
    return String.valueOf(read.poll(5, TimeUnit.SECONDS));
  }

  private DatagramPacket receive() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[100], 100);
    udp.receive(packet);
    return packet;
  }

  /** Sends the next datagram back; returns its text. */
  private String echo() throws IOException {
    DatagramPacket packet = receive();
    udp.send(packet);
    return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
  }

  private static DatagramPacket packet(String text, DatagramPacket answered) {
    byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
    return new DatagramPacket(payload, payload.length, answered.getSocketAddress());
  }

  private static Destination loopback(int port) {
    return new Destination(Address.of("127.0.0.1"), port);
  }

  /** Keeps what is read, as text. */
  private final class Reader extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      if (msg == EndOfStream.INSTANCE) {
        read.add(END);
      } else if (msg instanceof Datagram datagram) {
        String text = datagram.content().toString(StandardCharsets.US_ASCII);
        read.add(datagram.destination() + " " + text);
        datagram.release();
      } else {
        ByteBuf bytes = (ByteBuf) msg;
        read.add(bytes.toString(StandardCharsets.US_ASCII));
        bytes.release();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  private final class Listener implements ResponseListener {
    @Override
    public void answered(@Nullable SwitchAccount suggested) {
      suggestion.complete(suggested);
    }

    @Override
    public void refused(Channel stream, ByteBuf instead, Throwable cause) {}

    @Override
    public void abandoned(long waitedNanos) {}
  }
}
