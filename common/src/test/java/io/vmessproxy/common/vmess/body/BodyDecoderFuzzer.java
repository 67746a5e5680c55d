package io.vmessproxy.common.vmess.body;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmessproxy.common.fuzz.CountingAllocator;
import io.vmessproxy.common.fuzz.FuzzInput;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.VmessException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Bodies of every security, with every option, cut anywhere: noise, what our encoder writes, and
 * that with a few bytes changed. Nothing but a {@link VmessException} may come out; what was not
 * changed is read whole; and under a tag nothing is read that was not written.
 */
public final class BodyDecoderFuzzer {
  private static final SessionKeys KEYS =
      SessionKeys.of(new byte[SessionKeys.BYTES], new byte[SessionKeys.BYTES], (byte) 0);

  private static final int PADDED = BodyOptions.MASKING | BodyOptions.PADDING;

  /** Twice the largest chunk; beyond that, buffers grow with what comes. */
  private static final int MAX_KEPT_BYTES = 2 << 16;

  private BodyDecoderFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput in = new FuzzInput(data);
    RequestHeader header = header(in);
    byte[] cuts = in.cuts();
    switch (in.next(3)) {
      case 0 -> decode(header, in.rest(), cuts);
      case 1 -> readBack(header, plain(in), cuts);
      default -> readDamaged(header, plain(in), in, cuts);
    }
  }

  private static RequestHeader header(FuzzInput in) {
    Security security = in.pick(Security.values());
    Command command = in.pick(Command.TCP, Command.UDP);
    int bits = in.next();
    bits &= ~BodyOptions.AUTHENTICATED_LENGTH;
    if ((bits & PADDED) == BodyOptions.PADDING) {
      bits &= ~BodyOptions.PADDING;
    }
    return BodyCase.header(KEYS, security, bits, command);
  }

  /** More than a fuzzer likes to write itself, so that there is more than one chunk. */
  private static byte[] plain(FuzzInput in) {
    byte[] plain = new byte[in.nextShort()];
    Arrays.fill(plain, (byte) in.next());
    return plain;
  }

  private static void readBack(RequestHeader header, byte[] plain, byte[] cuts) {
    if (!Arrays.equals(decode(header, encoded(header, plain), cuts), plain)) {
      throw new AssertionError(plain.length + " bytes are not what was written");
    }
  }

  private static void readDamaged(RequestHeader header, byte[] plain, FuzzInput in, byte[] cuts) {
    byte[] read = decode(header, in.damage(encoded(header, plain)), cuts);
    boolean tagged =
        header.security() == Security.AES_128_GCM
            || header.security() == Security.CHACHA20_POLY1305;
    if (tagged && Arrays.mismatch(read, plain) != matched(read, plain)) {
      throw new AssertionError("what was read was never written");
    }
  }

  /** What {@link Arrays#mismatch} tells where {@code read} is the head of {@code plain}. */
  private static int matched(byte[] read, byte[] plain) {
    return read.length == plain.length ? -1 : read.length;
  }

  private static byte[] encoded(RequestHeader header, byte[] plain) {
    BodyEncoder encoder = BodyPipeline.requestEncoder(header);
    ByteBuf out = Unpooled.buffer();
    try {
      encoder.encode(Unpooled.wrappedBuffer(plain), out);
      if (out.readableBytes() > encoder.sealedBytes(plain.length)) {
        throw new AssertionError("wrote more than it told: " + out.readableBytes());
      }
      encoder.end(out);
      return ByteBufUtil.getBytes(out);
    } finally {
      out.release();
    }
  }

  /** What can be read of {@code wire}, until its end or its first mistake. */
  private static byte[] decode(RequestHeader header, byte[] wire, byte[] cuts) {
    CountingAllocator alloc = new CountingAllocator();
    BodyDecoder decoder = BodyPipeline.requestDecoder(header);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      for (byte[] piece : FuzzInput.cut(wire, cuts)) {
        BodyCase.feed(decoder, alloc, piece, 0, piece.length, out);
      }
      if (decoder.ended() && !decoder.atBoundary()) {
        throw new AssertionError("an end that is no boundary");
      }
    } catch (VmessException e) {
      if (decoder.ended() || decoder.atBoundary()) {
        throw new AssertionError("a mistake that is an end", e);
      }
    } finally {
      decoder.close();
    }
    alloc.check(MAX_KEPT_BYTES + 4L * wire.length);
    return out.toByteArray();
  }
}
