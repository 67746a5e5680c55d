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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
      case 1 -> readBack(header, payloads(in), cuts);
      default -> readDamaged(header, payloads(in), in, cuts);
    }
  }

  private static RequestHeader header(FuzzInput in) {
    Security security = in.pick(Security.values());
    Command command = in.pick(Command.TCP, Command.UDP);
    int bits = in.next();
    if ((bits & PADDED) == BodyOptions.PADDING) {
      bits &= ~BodyOptions.PADDING;
    }
    if (command == Command.UDP && !security.sealsPayloads()) {
      bits |= BodyOptions.CHUNK_STREAM;
    }
    return BodyCase.header(KEYS, security, bits, command);
  }

  /** More than a fuzzer likes to write itself, so that there is more than one chunk. */
  private static List<byte[]> payloads(FuzzInput in) {
    List<byte[]> payloads = new ArrayList<>();
    int count = 1 + in.next(4);
    for (int i = 0; i < count; i++) {
      byte[] payload = new byte[in.nextShort()];
      Arrays.fill(payload, (byte) in.next());
      payloads.add(payload);
    }
    return payloads;
  }

  private static void readBack(RequestHeader header, List<byte[]> payloads, byte[] cuts) {
    List<byte[]> written = new ArrayList<>();
    byte[] wire = encoded(header, payloads, written);
    List<byte[]> read = decode(header, wire, cuts);
    boolean datagrams = header.command() == Command.UDP;
    if (!Arrays.equals(BodyCase.joined(read), BodyCase.joined(written))
        || (datagrams && read.size() != written.size())) {
      throw new AssertionError("what was read is not what was written");
    }
  }

  private static void readDamaged(
      RequestHeader header, List<byte[]> payloads, FuzzInput in, byte[] cuts) {
    List<byte[]> written = new ArrayList<>();
    byte[] wire = in.damage(encoded(header, payloads, written));
    byte[] read = BodyCase.joined(decode(header, wire, cuts));
    byte[] all = BodyCase.joined(written);
    boolean head =
        read.length <= all.length && Arrays.equals(read, 0, read.length, all, 0, read.length);
    if (header.security().sealsPayloads() && !head) {
      throw new AssertionError("what was read was never written");
    }
  }

  /** The wire of all payloads that fit, which are added to {@code written}. */
  private static byte[] encoded(RequestHeader header, List<byte[]> payloads, List<byte[]> written) {
    BodyEncoder encoder = BodyPipeline.requestEncoder(header);
    ByteBuf out = Unpooled.buffer();
    try {
      for (byte[] payload : payloads) {
        int before = out.readableBytes();
        if (encoder.encode(Unpooled.wrappedBuffer(payload), out) && payload.length > 0) {
          written.add(payload);
        }
        if (out.readableBytes() - before > encoder.sealedBytes(payload.length)) {
          throw new AssertionError("wrote more than it told: " + out.readableBytes());
        }
      }
      encoder.end(out);
      return ByteBufUtil.getBytes(out);
    } finally {
      out.release();
    }
  }

  /** What can be read of {@code wire}, until its end or its first mistake. */
  private static List<byte[]> decode(RequestHeader header, byte[] wire, byte[] cuts) {
    CountingAllocator alloc = new CountingAllocator();
    BodyDecoder decoder = BodyPipeline.requestDecoder(header);
    List<byte[]> out = new ArrayList<>();
    try {
      for (byte[] piece : FuzzInput.cut(wire, cuts)) {
        out.addAll(BodyCase.feed(decoder, alloc, piece, 0, piece.length));
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
    return out;
  }
}
