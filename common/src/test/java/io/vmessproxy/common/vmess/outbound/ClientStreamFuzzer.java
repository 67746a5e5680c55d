package io.vmessproxy.common.vmess.outbound;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.crypto.AesCfb;
import io.vmessproxy.common.fuzz.CountingAllocator;
import io.vmessproxy.common.fuzz.FuzzInput;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.EndOfStream;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.account.Account;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.body.BodyEncoder;
import io.vmessproxy.common.vmess.body.BodyPipeline;
import io.vmessproxy.common.vmess.header.AnyBlock;
import io.vmessproxy.common.vmess.header.RequestSealer;
import io.vmessproxy.common.vmess.header.ResponseHeaderCodec;
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
  private static final UserId USER = UserId.parse("27848739-7e62-4138-9fd3-098a63964b6b");
  private static final RequestSealer AEAD = sealer(0);
  private static final RequestSealer LEGACY = sealer(4);
  private static final byte AUTH = 0x2a;
  private static final int MAX_KEPT_BYTES = 4 << 16;

  private ClientStreamFuzzer() {}

  private static RequestSealer sealer(int alterId) {
    return RequestSealer.of(new Account(USER, alterId, Security.AES_128_GCM, 0));
  }

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput in = new FuzzInput(data);
    Security security = in.pick(Security.values());
    Command command = in.pick(Command.TCP, Command.UDP);
    HeaderForm form = in.pick(HeaderForm.values());
    RequestHeader header = header(security, command, in.nextBoolean(), form);
    CountingAllocator alloc = new CountingAllocator();
    CountingListener listener = new CountingListener();
    EmbeddedChannel channel = new EmbeddedChannel();
    channel.config().setAllocator(alloc);
    channel.freezeTime();
    channel.pipeline().addLast(handler(header, listener));
    byte[] cuts = in.cuts();
    boolean speaksFirst = in.nextBoolean();
    byte[] wire = in.next(4) == 1 ? in.damage(realAnswer(header, in)) : answer(header.keys(), in);
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

  private static RequestHeader header(
      Security security, Command command, boolean sealedSizes, HeaderForm form) {
    int options = BodyOptions.recommended(security, command).bits();
    return new RequestHeader(
        SessionKeys.of(new byte[SessionKeys.BYTES], new byte[SessionKeys.BYTES], AUTH, form),
        new BodyOptions(sealedSizes ? options | BodyOptions.AUTHENTICATED_LENGTH : options),
        security,
        command,
        new Destination(Address.of("target.example"), 443));
  }

  private static VmessClientHandler handler(RequestHeader header, ResponseListener listener) {
    RequestSealer sealer = header.keys().form() == HeaderForm.AEAD ? AEAD : LEGACY;
    return new VmessClientHandler(header, sealer, Clock.systemUTC(), new SecureRandom(), listener);
  }

  /** What a server would write: its header, payloads, an end. */
  private static byte[] realAnswer(RequestHeader header, FuzzInput in) {
    AesCfb stream = ResponseHeaderCodec.encryptingStream(header.keys());
    ByteBuf out = Unpooled.buffer();
    ResponseHeaderCodec.encode(header.keys(), null, stream, out);
    BodyEncoder encoder = BodyPipeline.responseEncoder(header, stream);
    for (int i = in.next(4); i > 0; i--) {
      encoder.encode(Unpooled.wrappedBuffer(new byte[in.nextShort() & 0x7fff]), out);
    }
    encoder.end(out);
    byte[] wire = ByteBufUtil.getBytes(out);
    out.release();
    return wire;
  }

  /** Mostly a right header first, for nobody would guess one. */
  private static byte[] answer(SessionKeys keys, FuzzInput in) {
    if (in.next(8) == 1) {
      return in.rest();
    }
    byte[] block = Arrays.copyOf(in.bytes(in.next(64)), 64);
    block[0] = AUTH;
    byte[] header =
        keys.form() == HeaderForm.AEAD
            ? AnyBlock.response(keys, block.length, block)
            : AnyBlock.legacyResponse(keys, block);
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
    public void refused(Channel stream, ByteBuf instead, Throwable cause) {
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
