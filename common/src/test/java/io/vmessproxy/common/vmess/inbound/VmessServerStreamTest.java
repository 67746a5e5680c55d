package io.vmessproxy.common.vmess.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.AlterIds;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.body.BodyHandler;
import io.vmessproxy.common.vmess.header.AeadSeal;
import io.vmessproxy.common.vmess.header.AuthId;
import io.vmessproxy.common.vmess.header.LegacyAuth;
import io.vmessproxy.common.vmess.header.LegacyOpener;
import io.vmessproxy.common.vmess.header.RequestSealer;
import io.vmessproxy.common.vmess.outbound.ResponseListener;
import io.vmessproxy.common.vmess.outbound.VmessClientHandler;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A client's stream and a server's, wire to wire. */
class VmessServerStreamTest {
  private static final long NOW = 1_700_000_000;
  private static final UserId USER = UserId.parse("b831381d-6324-4d53-ad4f-8cda48b30811");
  private static final SwitchAccount SUGGESTION =
      new SwitchAccount(new Address.Domain("relay.example"), 10086, USER, 4, 1, 30);

  private final SecureRandom random = new SecureRandom();
  private final List<@Nullable SwitchAccount> heard = new ArrayList<>();
  private EmbeddedChannel client = new EmbeddedChannel();
  private EmbeddedChannel server = new EmbeddedChannel();
  private RequestHeader opened;

  @AfterEach
  void nothingIsLeft() {
    assertThat(client.finish()).isFalse();
    assertThat(server.finish()).isFalse();
  }

  static Stream<Arguments> streams() {
    return Stream.of(HeaderForm.values())
        .flatMap(form -> Stream.of(Security.values()).map(security -> arguments(form, security)));
  }

  @ParameterizedTest
  @MethodSource("streams")
  void carriesAStreamBothWaysToItsEnds(HeaderForm form, Security security) {
    byte[] up = bytes(100_000);
    byte[] down = bytes(70_000);
    open(form, security, Command.TCP, up, SUGGESTION);
    client.writeOutbound(Unpooled.wrappedBuffer(up), EndOfStream.INSTANCE);
    clientToServer();
    server.writeOutbound(Unpooled.wrappedBuffer(down), EndOfStream.INSTANCE);
    serverToClient();

    assertThat(opened.security().code()).isEqualTo(security.code());
    assertThat(joined(read(server))).isEqualTo(twice(up));
    assertThat(joined(read(client))).isEqualTo(down);
    assertThat(heard).containsExactly(SUGGESTION);
  }

  @ParameterizedTest
  @MethodSource("streams")
  void carriesDatagramsBothWaysEachWhole(HeaderForm form, Security security) {
    byte[] first = bytes(512);
    byte[] largest = bytes(Datagram.MAX_PAYLOAD_BYTES);
    open(form, security, Command.UDP, first, null);
    client.writeOutbound(
        Unpooled.wrappedBuffer(largest), Unpooled.EMPTY_BUFFER, Unpooled.wrappedBuffer(first));
    clientToServer();
    server.writeOutbound(Unpooled.wrappedBuffer(first), Unpooled.wrappedBuffer(largest));
    serverToClient();

    assertThat(read(server)).containsExactly(first, largest, first);
    assertThat(read(client)).containsExactly(first, largest);
    assertThat(heard).containsExactly((SwitchAccount) null);
  }

  @Test
  void countsTheDatagramsThatItDrops() {
    open(HeaderForm.AEAD, Security.AES_128_GCM, Command.UDP, bytes(1), null);
    server.writeOutbound(Unpooled.wrappedBuffer(bytes(65_520)));
    server.writeOutbound(Unpooled.wrappedBuffer(bytes(7)), Unpooled.wrappedBuffer(bytes(65_535)));
    serverToClient();

    assertThat(server.pipeline().get(BodyHandler.class).droppedDatagrams()).isEqualTo(2);
    assertThat(read(client)).hasSize(1);
    assertThat(read(server)).hasSize(1);
  }

  /** A relay may close when it hears the first of many that came in one read. */
  @Test
  void saysNothingMoreOnceItIsClosed() {
    open(HeaderForm.AEAD, Security.AES_128_GCM, Command.UDP, bytes(1), null);
    read(server);
    client.writeOutbound(Unpooled.wrappedBuffer(bytes(2)), Unpooled.wrappedBuffer(bytes(3)));
    ByteBuf wire = all(client);
    server.pipeline().addLast(new CloseAtFirst());
    server.writeInbound(wire);

    assertThat(read(server)).hasSize(1);
  }

  /** A target that says nothing has an empty answer, in either form. */
  @ParameterizedTest
  @MethodSource("streams")
  void answersNothingWithAHeader(HeaderForm form, Security security) {
    open(form, security, Command.TCP, bytes(1), null);
    server.writeOutbound(EndOfStream.INSTANCE);
    serverToClient();

    assertThat(heard).hasSize(1);
    assertThat(read(client)).isEmpty();
    assertThat(read(server)).hasSize(1);
  }

  /** Writes {@code first} at the client, and gives the server's end what is behind the header. */
  private void open(
      HeaderForm form,
      Security security,
      Command command,
      byte[] first,
      @Nullable SwitchAccount suggestion) {
    Account account = new Account(USER, form == HeaderForm.LEGACY ? 2 : 0, security, 0, true);
    RequestSealer sealer = RequestSealer.of(account);
    RequestHeader header =
        new RequestHeader(
            SessionKeys.random(random, sealer.form()),
            account.bodyOptions(command),
            security,
            command,
            new Destination(Address.of("there.example"), 53));
    Clock clock = Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC);
    client = new EmbeddedChannel(new VmessClientHandler(header, sealer, clock, random, listener()));
    client.writeOutbound(Unpooled.wrappedBuffer(first));
    ByteBuf wire = client.readOutbound();
    opened = form == HeaderForm.AEAD ? openAead(wire) : openLegacy(wire);
    assertThat(opened.keys()).isEqualTo(header.keys());
    server = new EmbeddedChannel(new VmessServerStream(opened, suggestion));
    server.writeInbound(wire);
  }

  private static RequestHeader openAead(ByteBuf wire) {
    CommandKey key = CommandKey.of(USER);
    byte[] authId = take(wire, AuthId.BYTES);
    byte[] length = take(wire, AeadSeal.SEALED_LENGTH_BYTES);
    byte[] nonce = take(wire, AeadSeal.NONCE_BYTES);
    byte[] sealed = take(wire, AeadSeal.openLength(key, authId, length, nonce));
    return AeadSeal.openHeader(key, authId, nonce, sealed);
  }

  private static RequestHeader openLegacy(ByteBuf wire) {
    byte[] auth = take(wire, LegacyAuth.BYTES);
    for (UserId id : AlterIds.of(USER, 2)) {
      for (long time = NOW - 30; time < NOW + 30; time++) {
        if (Arrays.equals(auth, LegacyAuth.create(id, time))) {
          return new LegacyOpener(CommandKey.of(USER), time).read(wire);
        }
      }
    }
    throw new AssertionError("nobody's, or of another minute");
  }

  private ResponseListener listener() {
    return new ResponseListener() {
      @Override
      public void answered(@Nullable SwitchAccount suggestion) {
        heard.add(suggestion);
      }

      @Override
      public void refused(Channel stream, ByteBuf instead, Throwable cause) {}

      @Override
      public void abandoned(long waitedNanos) {}
    };
  }

  private void clientToServer() {
    server.writeInbound(all(client));
  }

  private void serverToClient() {
    client.writeInbound(all(server));
  }

  private static ByteBuf all(EmbeddedChannel from) {
    ByteBuf all = Unpooled.buffer();
    for (ByteBuf part = from.readOutbound(); part != null; part = from.readOutbound()) {
      all.writeBytes(part);
      part.release();
    }
    return all;
  }

  /** The buffers that came; the end of a stream is none. */
  private static List<byte[]> read(EmbeddedChannel channel) {
    List<byte[]> all = new ArrayList<>();
    for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
      if (next instanceof ByteBuf buffer) {
        all.add(ByteBufUtil.getBytes(buffer));
        buffer.release();
      }
    }
    return all;
  }

  private static byte[] joined(List<byte[]> parts) {
    ByteBuf all = Unpooled.buffer();
    parts.forEach(all::writeBytes);
    return ByteBufUtil.getBytes(all);
  }

  private static byte[] twice(byte[] bytes) {
    return joined(List.of(bytes, bytes));
  }

  private static byte[] take(ByteBuf in, int length) {
    byte[] bytes = new byte[length];
    in.readBytes(bytes);
    return bytes;
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static final class CloseAtFirst extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
      ctx.fireChannelRead(msg);
      ctx.close();
    }
  }
}
