package io.vmessproxy.common.vmess.inbound;

import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.fuzz.CountingAllocator;
import io.vmessproxy.common.fuzz.FuzzInput;
import io.vmessproxy.common.net.Dialer;
import io.vmessproxy.common.net.SystemResolver;
import io.vmessproxy.common.policy.PolicyTable;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.header.AnyBlock;
import io.vmessproxy.common.vmess.header.AuthId;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server's connection, from its first byte until its target would be dialled: noise, whatever a
 * user may seal, and that with a few bytes changed, cut anywhere. Nothing is thrown, and who gets
 * no answer is not closed before the server's number of bytes or its time is over.
 */
public final class ServerHandshakeFuzzer {
  private static final long NOW = 1_700_000_000;
  private static final UserId USER = UserId.parse("27848739-7e62-4138-9fd3-098a63964b6b");
  private static final CommandKey KEY = CommandKey.of(USER);
  private static final int COMMAND_AT = 37;
  private static final int MAX_KEPT_BYTES = 4 << 16;

  private static final Freedom FREEDOM = new Freedom(new Dialer(new SystemResolver()));

  private ServerHandshakeFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput in = new FuzzInput(data);
    byte[] cuts = in.cuts();
    byte[] wire =
        switch (in.next(3)) {
          case 0 -> in.rest();
          case 1 -> request(in);
          default -> in.damage(request(in));
        };
    VmessServer server =
        new VmessServer(
            List.of(new Account(USER, 0, Security.AES_128_GCM, 0)),
            PolicyTable.DEFAULT,
            FREEDOM,
            Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC));
    CountingAllocator alloc = new CountingAllocator();
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(alloc);
    channel.freezeTime();
    channel.pipeline().addLast(new VmessServerHandshake(server));
    channel.pipeline().fireChannelActive();
    long received = 0;
    for (byte[] piece : FuzzInput.cut(wire, cuts)) {
      if (channel.isOpen() && channel.config().isAutoRead()) {
        received += piece.length;
        channel.writeInbound(alloc.buffer(piece.length).writeBytes(piece));
      }
    }
    checkSilence(channel, server, received);
    channel.finishAndReleaseAll();
    alloc.check(MAX_KEPT_BYTES + 4L * wire.length);
  }

  private static byte[] request(FuzzInput in) {
    byte[] authId = AuthId.create(KEY, NOW + in.next(), in.next());
    byte[] nonce = Arrays.copyOf(in.bytes(8), 8);
    byte[] fields = in.bytes(in.next());
    if (fields.length > COMMAND_AT && fields[COMMAND_AT] == Command.TCP.code()) {
      fields[COMMAND_AT] = (byte) Command.MUX.code(); // Nobody is to be dialled from here.
    }
    byte[] block = AnyBlock.withChecksum(fields);
    byte[] header = AnyBlock.request(KEY, authId, nonce, block.length, block);
    byte[] body = new byte[in.nextShort() & 0x3fff];
    Arrays.fill(body, (byte) in.next());
    return ByteBuffer.allocate(header.length + body.length).put(header).put(body).array();
  }

  private static void checkSilence(EmbeddedChannel channel, VmessServer server, long received) {
    boolean answered = !channel.outboundMessages().isEmpty();
    int least = new Drain(server.users().fingerprint()).bytes(new FirstOf());
    if (!answered && !channel.isOpen() && received < least) {
      throw new AssertionError("closed at " + received + " bytes (expected: >= " + least + ")");
    }
    channel.advanceTimeBy(5, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    if (channel.isOpen()) {
      throw new AssertionError("a header that never ends keeps its connection");
    }
  }

  /** The least of what a generator may give. */
  private static final class FirstOf implements java.util.random.RandomGenerator {
    @Override
    public long nextLong() {
      return 0;
    }

    @Override
    public int nextInt(int bound) {
      return 0;
    }
  }
}
