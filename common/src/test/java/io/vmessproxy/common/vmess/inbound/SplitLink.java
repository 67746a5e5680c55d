package io.vmessproxy.common.vmess.inbound;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import io.vmessproxy.common.vmess.header.LegacyOpener;
import io.vmessproxy.common.vmess.header.RequestSealer;
import io.vmessproxy.common.vmess.outbound.ResponseListener;
import io.vmessproxy.common.vmess.outbound.VmessClientHandler;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The two ends of one VMess stream and a wire between them, on which what was written at once is
 * cut, and what was written one after the other comes at once.
 */
final class SplitLink {
  private static final int MAX_PIECE_BYTES = 40_000;

  private final EmbeddedChannel client = new EmbeddedChannel();
  private final EmbeddedChannel server = new EmbeddedChannel();
  private final ByteBuf toServer = Unpooled.buffer();
  private final ByteBuf toClient = Unpooled.buffer();
  private final List<@Nullable SwitchAccount> heard = new ArrayList<>();
  private final Random random;
  private @Nullable RequestHeader taken;

  /**
   * @param account of {@code header}'s client
   * @param suggestion what the server's end suggests
   * @param joined told when the server has put its end in place
   */
  SplitLink(
      RequestHeader header,
      Account account,
      @Nullable SwitchAccount suggestion,
      Random random,
      Consumer<EmbeddedChannel> joined) {
    this.random = random;
    InboundUser user = new InboundUser(account.id(), account.alterId(), 0, "");
    UserRegistry users = new UserRegistry(List.of(user), new FakeClock());
    server.pipeline().addLast(new HeaderReader(users, suggestion, joined));
    client
        .pipeline()
        .addLast(
            new VmessClientHandler(
                header, RequestSealer.of(account), clock(), new SecureRandom(), new Listener()));
  }

  private static Clock clock() {
    return new FakeClock();
  }

  EmbeddedChannel client() {
    return client;
  }

  EmbeddedChannel server() {
    return server;
  }

  /** The header as the server read it; null until then. */
  @Nullable RequestHeader taken() {
    return taken;
  }

  /** What the client heard of the response header, one for each time. */
  List<@Nullable SwitchAccount> heard() {
    return heard;
  }

  /** Carries something, or nothing, in each direction. Returns whether there is more. */
  boolean carry() {
    boolean moves = carry(client, toServer, server);
    return carry(server, toClient, client) || moves;
  }

  private boolean carry(EmbeddedChannel from, ByteBuf wire, EmbeddedChannel to) {
    from.runPendingTasks();
    to.runPendingTasks();
    boolean moves = false;
    for (Object out = from.readOutbound(); out != null; out = from.readOutbound()) {
      moves = true;
      if (out instanceof ByteBuf bytes) {
        wire.writeBytes(bytes);
        bytes.release();
      }
    }
    if (!to.config().isAutoRead() || !wire.isReadable()) {
      return moves;
    }
    int most = random.nextInt(4) == 0 ? 3 : MAX_PIECE_BYTES;
    int length = random.nextInt(Math.min(most, wire.readableBytes()) + 1);
    if (length > 0) {
      to.writeInbound(wire.readBytes(length));
      wire.discardSomeReadBytes();
    }
    return true;
  }

  /** Tells each end that the other one has closed. */
  void hangUp() {
    client.pipeline().fireChannelInactive();
    server.pipeline().fireChannelInactive();
  }

  /** Closes both ends, and lets go of what is still on its way. */
  void close() {
    client.finishAndReleaseAll();
    server.finishAndReleaseAll();
    toServer.release();
    toClient.release();
  }

  /** A server's handshake without its relay. */
  private final class HeaderReader extends ByteToMessageDecoder {
    private final UserRegistry users;
    private final @Nullable SwitchAccount suggestion;
    private final Consumer<EmbeddedChannel> joined;
    private @Nullable HeaderOpener opener;

    HeaderReader(
        UserRegistry users, @Nullable SwitchAccount suggestion, Consumer<EmbeddedChannel> joined) {
      this.users = users;
      this.suggestion = suggestion;
      this.joined = joined;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
      if (opener == null && in.readableBytes() >= 16) {
        byte[] authId = new byte[16];
        in.readBytes(authId);
        UserRegistry.Sender sender = users.identify(authId);
        opener =
            sender.form() == HeaderForm.AEAD
                ? new AeadOpener(sender.user().key(), authId)
                : new LegacyOpener(sender.user().key(), sender.unixSeconds())::read;
      }
      taken = opener == null ? null : opener.read(in);
      if (taken != null) {
        server.pipeline().addLast(new VmessServerStream(taken, suggestion));
        joined.accept(server);
        ctx.pipeline().remove(this);
      }
    }
  }

  private final class Listener implements ResponseListener {
    @Override
    public void answered(@Nullable SwitchAccount told) {
      heard.add(told);
    }

    @Override
    public void refused(Channel stream, ByteBuf instead, Throwable cause) {
      throw new AssertionError("refused");
    }

    @Override
    public void abandoned(long waitedNanos) {}
  }
}
