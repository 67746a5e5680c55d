package io.vmessproxy.common.vmess.outbound;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.fuzz.CountingAllocator;
import io.vmessproxy.common.fuzz.FuzzInput;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.header.AnyBlock;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of a stream under a server that sends what it likes and closes when it likes:
 * only {@link VmessException}s are fired, one call of the listener at most, at most one end, and
 * nothing behind it.
 */
public final class ClientStreamFuzzer {
  private static final CommandKey KEY =
      CommandKey.of(UserId.parse("27848739-7e62-4138-9fd3-098a63964b6b"));

  private static final SessionKeys KEYS =
      SessionKeys.of(new byte[SessionKeys.BYTES], new byte[SessionKeys.BYTES], (byte) 0x2a);

  private static final int MAX_KEPT_BYTES = 4 << 16;

  private ClientStreamFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput in = new FuzzInput(data);
    Security security = in.pick(Security.values());
    Command command = in.pick(Command.TCP, Command.UDP);
    CountingAllocator alloc = new CountingAllocator();
    CountingListener listener = new CountingListener();
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(alloc);
    channel.freezeTime();
    channel.pipeline().addLast(handler(security, command, listener));
    byte[] cuts = in.cuts();
    boolean speaksFirst = in.nextBoolean();
    byte[] wire = answer(in);
    if (!speaksFirst) {
      channel.writeOutbound(alloc.buffer().writeZero(3));
    }
    for (byte[] piece : FuzzInput.cut(wire, cuts)) {
      receive(channel, alloc.buffer(piece.length).writeBytes(piece));
    }
    finish(channel);
    listener.check();
    alloc.check(MAX_KEPT_BYTES + 4L * wire.length);
  }

  private static VmessClientHandler handler(
      Security security, Command command, ResponseListener listener) {
    RequestHeader header =
        new RequestHeader(
            KEYS,
            BodyOptions.recommended(security, command),
            security,
            command,
            new Destination(Address.of("target.example"), 443));
    return new VmessClientHandler(header, KEY, Clock.systemUTC(), new SecureRandom(), listener);
  }

  /** Mostly a right header first, for nobody would guess one. */
  private static byte[] answer(FuzzInput in) {
    if (in.next(8) == 1) {
      return in.rest();
    }
    byte[] block = Arrays.copyOf(in.bytes(in.next(64)), 64);
    block[0] = KEYS.responseAuth();
    byte[] header = AnyBlock.response(KEYS, block.length, block);
    byte[] rest = in.rest();
    return ByteBuffer.allocate(header.length + rest.length).put(header).put(rest).array();
  }

  private static void receive(EmbeddedChannel channel, ByteBuf piece) {
    if (!channel.isOpen()) {
      piece.release();
      return;
    }
    try {
      channel.writeInbound(piece);
    } catch (VmessException e) {
      // Fired to the tail: the peer's bytes are wrong, and that was said.
    }
  }

  private static void finish(EmbeddedChannel channel) {
    try {
      channel.finish();
    } catch (VmessException e) {
      // A close amid a chunk, for instance.
    }
    boolean ended = false;
    for (Object read = channel.readInbound(); read != null; read = channel.readInbound()) {
      if (ended) {
        throw new AssertionError(read + " behind the end");
      }
      ended = read == EndOfStream.INSTANCE;
      if (read instanceof ByteBuf payload) {
        payload.release();
      }
    }
    channel.releaseOutbound();
  }

  private static final class CountingListener implements ResponseListener {
    private int calls;

    @Override
    public void answered(@Nullable SwitchAccount suggestion) {
      calls++;
    }

    @Override
    public void refused() {
      calls++;
    }

    @Override
    public void abandoned(long waitedNanos) {
      calls++;
    }

    void check() {
      if (calls > 1) {
        throw new AssertionError("the listener heard " + calls + " answers");
      }
    }
  }
}
