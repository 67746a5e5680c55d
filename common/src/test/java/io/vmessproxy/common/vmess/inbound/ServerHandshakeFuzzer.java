package io.vmessproxy.common.vmess.inbound;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.fuzz.CountingAllocator;
import io.vmessproxy.common.fuzz.FuzzInput;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.SystemResolver;
import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.header.AnyBlock;
import io.vmessproxy.common.vmess.header.AuthId;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A server's connection, from its first byte until its target is opened, which is denied: noise,
 * whatever a user may seal in either form, and that with a few bytes changed, cut anywhere. Nothing
 * is thrown, and whose header is not taken gets no answer and is not closed before he has sent as
 * much as the longest header has, or his time is over.
 */
public final class ServerHandshakeFuzzer {
  private static final long NOW = 1_700_000_000;
  private static final UserId USER = UserId.parse("27848739-7e62-4138-9fd3-098a63964b6b");
  private static final CommandKey KEY = CommandKey.of(USER);
  private static final int TYPE_AT = 40;
  private static final int TYPE_IPV4 = 1;
  private static final int TYPE_DOMAIN = 2;
  private static final int MAX_KEPT_BYTES = 4 << 16;

  private static final Freedom FREEDOM = new Freedom(new Dialer(new SystemResolver()));

  private ServerHandshakeFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) throws Exception {
    FuzzInput in = new FuzzInput(data);
    byte[] cuts = in.cuts();
    boolean legacy = in.nextBoolean();
    byte[] wire =
        switch (in.next(3)) {
          case 0 -> in.rest();
          case 1 -> request(in, legacy);
          default -> in.damage(request(in, legacy));
        };
    CountingAllocator alloc = new CountingAllocator();
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(alloc);
    channel.freezeTime();
    AtomicBoolean accepted = new AtomicBoolean();
    VmessServerHandshake handshake = new VmessServerHandshake(server(legacy, accepted));
    channel.pipeline().addLast(handshake);
    channel.pipeline().fireChannelActive();
    ChannelHandlerContext context = channel.pipeline().context(handshake);
    long received = 0;
    for (byte[] piece : FuzzInput.cut(wire, cuts)) {
      if (channel.isOpen() && channel.config().isAutoRead() && !context.isRemoved()) {
        received += piece.length;
        // Not through the pipeline, which would catch what is thrown.
        handshake.channelRead(context, alloc.buffer(piece.length).writeBytes(piece));
        channel.runPendingTasks();
      }
    }
    checkSilence(channel, received, accepted.get());
    channel.finishAndReleaseAll();
    alloc.check(MAX_KEPT_BYTES + 4L * wire.length);
  }

  /** It asks for a detour once it has taken a header; alternative ids are slow to prepare. */
  private static VmessServer server(boolean legacy, AtomicBoolean accepted) {
    Detour detour =
        user -> {
          accepted.set(true);
          return null;
        };
    return new VmessServer(
        List.of(new InboundUser(USER, legacy ? 1 : 0, 0, "")),
        new InboundOptions(PolicyTable.DEFAULT, (named, address) -> false, false, detour, 0, 0),
        FREEDOM,
        Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC),
        new SecureRandom());
  }

  private static byte[] request(FuzzInput in, boolean legacy) {
    int skew = in.next();
    byte[] nonce = Arrays.copyOf(in.bytes(8), 8);
    byte[] fields = in.bytes(in.next());
    if (fields.length > TYPE_AT && fields[TYPE_AT] == TYPE_DOMAIN) {
      fields[TYPE_AT] = TYPE_IPV4; // No name is to be looked up from here.
    }
    byte[] block = AnyBlock.withChecksum(fields);
    byte[] header =
        legacy
            ? AnyBlock.legacyRequest(USER, NOW + skew, block)
            : AnyBlock.request(KEY, AuthId.create(KEY, NOW + skew, 0), nonce, block.length, block);
    byte[] body = new byte[in.nextShort() & 0x3fff];
    Arrays.fill(body, (byte) in.next());
    return ByteBuffer.allocate(header.length + body.length).put(header).put(body).array();
  }

  private static void checkSilence(EmbeddedChannel channel, long received, boolean accepted) {
    if (!accepted && !channel.outboundMessages().isEmpty()) {
      throw new AssertionError("a stranger is answered");
    }
    if (!accepted && !channel.isOpen() && received < Drain.LEAST_BYTES) {
      throw new AssertionError("closed at " + received + " bytes");
    }
    for (int i = 0; i < 4 && channel.isOpen(); i++) {
      channel.advanceTimeBy(2, TimeUnit.MINUTES);
      channel.runScheduledPendingTasks();
    }
    if (channel.isOpen()) {
      throw new AssertionError("a silent client keeps its connection");
    }
  }
}
