package io.vmessproxy.common.vmess.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.mux.MuxConnection;
import io.vmessproxy.common.mux.MuxLimits;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.net.Network;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.header.RequestSealer;
import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Any header, any body, both ways, however the wire cuts it: what comes out is what went in. */
@Timeout(60)
class VmessStreamPropertyTest {
  private static final int STREAMS_A_SEED = 12;
  private static final int PADDED = BodyOptions.MASKING | BodyOptions.PADDING;
  private static final UserId USER = UserId.parse("b831381d-6324-4d53-ad4f-8cda48b30811");
  private static final Destination TARGET = new Destination(Address.of("192.0.2.1"), 53);

  private final SecureRandom keys = new SecureRandom();

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
  void carriesStreamsAndDatagramsBothWays(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < STREAMS_A_SEED; i++) {
      Security security = anyOf(Security.values(), random);
      Account account = new Account(USER, random.nextInt(3), security, 0, random.nextBoolean());
      Command command = random.nextBoolean() ? Command.TCP : Command.UDP;
      RequestHeader header = header(account, options(command, security, random), command);

      carryBothWays(header, account, random);
    }
  }

  private RequestHeader header(Account account, BodyOptions options, Command command) {
    return new RequestHeader(
        SessionKeys.random(keys, RequestSealer.of(account).form()),
        options,
        account.security(),
        command,
        command == Command.MUX ? null : TARGET);
  }

  private static <T> T anyOf(T[] all, Random random) {
    return all[random.nextInt(all.length)];
  }

  /** All that a header may have, sensible or not. */
  private static BodyOptions options(Command command, Security security, Random random) {
    int bits = random.nextInt(0x20);
    if ((bits & PADDED) == BodyOptions.PADDING) {
      bits &= ~BodyOptions.PADDING;
    }
    if (command == Command.UDP && !security.sealsPayloads()) {
      bits |= BodyOptions.CHUNK_STREAM;
    }
    return new BodyOptions(bits);
  }

  private static void carryBothWays(RequestHeader header, Account account, Random random) {
    SwitchAccount suggestion =
        random.nextBoolean() ? null : new SwitchAccount(null, 8080, USER, 0, 0, 5);
    SplitLink link = new SplitLink(header, account, suggestion, random, server -> {});
    List<byte[]> up = payloads(random);
    List<byte[]> down = payloads(random);
    int upSent = 0;
    int downSent = 0;
    boolean moves = true;
    while (moves || upSent <= up.size() || downSent <= down.size()) {
      if (upSent <= up.size() && random.nextInt(3) == 0) {
        write(link.client(), up, upSent++);
      }
      if (downSent <= down.size() && link.taken() != null && random.nextInt(3) == 0) {
        write(link.server(), down, downSent++);
      }
      moves = link.carry();
    }

    String what = header.options() + " " + header.security() + " " + header.command();
    if (!header.options().chunkStream()) {
      link.hangUp(); // The only end that such a body has.
    }
    assertRead(what, link.server(), up, header.command());
    assertRead(what, link.client(), down, header.command());
    assertThat(link.heard()).as(what).containsExactly(suggestion);
    link.close();
  }

  private static List<byte[]> payloads(Random random) {
    List<byte[]> payloads = new ArrayList<>();
    for (int i = random.nextInt(8); i > 0; i--) {
      byte[] payload = new byte[random.nextInt(random.nextBoolean() ? 100 : 60_000)];
      random.nextBytes(payload);
      payloads.add(payload);
    }
    return payloads;
  }

  /** The next payload, or the end behind the last. */
  private static void write(EmbeddedChannel channel, List<byte[]> payloads, int index) {
    channel.writeOutbound(
        index < payloads.size()
            ? Unpooled.wrappedBuffer(payloads.get(index))
            : EndOfStream.INSTANCE);
  }

  private static void assertRead(
      String what, EmbeddedChannel channel, List<byte[]> written, Command command) {
    List<byte[]> read = new ArrayList<>();
    Object last = null;
    for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
      last = next;
      if (next instanceof ByteBuf bytes) {
        read.add(ByteBufUtil.getBytes(bytes));
        bytes.release();
      }
    }
    assertThat(last).as(what).isSameAs(EndOfStream.INSTANCE);
    assertThat(joined(read)).as(what).isEqualTo(joined(written));
    if (command == Command.UDP) {
      List<byte[]> datagrams = written.stream().filter(bytes -> bytes.length > 0).toList();
      assertThat(read).as(what).usingElementComparator(Arrays::compare).isEqualTo(datagrams);
    }
  }

  private static byte[] joined(List<byte[]> parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    parts.forEach(all::writeBytes);
    return all.toByteArray();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void carriesManyStreamsInOne(long seed) {
    Random random = new Random(seed);
    Security security = anyOf(Security.values(), random);
    Account account = new Account(USER, random.nextInt(3), security, 0, random.nextBoolean());
    RequestHeader header = header(account, options(Command.MUX, security, random), Command.MUX);
    MuxConnection accepting =
        MuxConnection.server((stream, network, destination) -> Echo.in(stream), MuxLimits.SERVER);
    SplitLink link =
        new SplitLink(
            header,
            account,
            null,
            random,
            server -> {
              server.pipeline().addLast(accepting);
              accepting.start();
            });
    MuxConnection opening = MuxConnection.client(MuxLimits.CLIENT);
    link.client().pipeline().addLast(opening);
    opening.start();

    Map<Integer, byte[]> written = new LinkedHashMap<>();
    Map<Integer, Collected> read = new LinkedHashMap<>();
    for (int port = 1 + random.nextInt(6); port > 0; port--) {
      Channel stream = opening.open(Network.TCP, new Destination(TARGET.address(), port));
      read.put(port, Collected.of(stream));
      List<byte[]> payloads = payloads(random);
      written.put(port, joined(payloads));
      for (byte[] payload : payloads) {
        stream.writeAndFlush(Unpooled.wrappedBuffer(payload));
        link.carry();
      }
      stream.writeAndFlush(EndOfStream.INSTANCE);
    }
    while (link.carry()) {
      // Until nothing is on its way any more.
    }

    read.forEach(
        (port, collected) ->
            assertThat(collected.bytes.toByteArray())
                .as("stream %d of %s %s", port, header.options(), security)
                .isEqualTo(written.get(port)));
    link.close();
  }

  /** Sends back what it reads. */
  private static final class Echo extends ChannelInboundHandlerAdapter {
    static void in(Channel stream) {
      stream.pipeline().addLast(new Echo());
      stream.config().setAutoRead(true);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ctx.writeAndFlush(msg);
    }
  }

  /** Keeps what it reads. */
  private static final class Collected extends ChannelInboundHandlerAdapter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    static Collected of(Channel stream) {
      Collected collected = new Collected();
      stream.pipeline().addLast(collected);
      stream.config().setAutoRead(true);
      return collected;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      if (msg instanceof ByteBuf data) {
        bytes.writeBytes(ByteBufUtil.getBytes(data));
        data.release();
      }
    }
  }
}
