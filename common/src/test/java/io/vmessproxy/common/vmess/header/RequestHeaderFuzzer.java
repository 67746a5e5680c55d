package io.vmessproxy.common.vmess.header;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmessproxy.common.crypto.AesCfb;
import io.vmessproxy.common.fuzz.FuzzInput;
import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.UserId;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Request headers as a server reads them: plain blocks, and sealed ones of both forms, from
 * somebody with the key and from somebody without. Nothing but a {@link VmessException} may come
 * out, and what is taken must be the same when it is written and read again.
 */
public final class RequestHeaderFuzzer {
  private static final CommandKey KEY =
      CommandKey.of(UserId.parse("27848739-7e62-4138-9fd3-098a63964b6b"));

  private static final int BEHIND_BYTES = 100;

  private RequestHeaderFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput in = new FuzzInput(data);
    try {
      RequestHeader header =
          switch (in.next(5)) {
            case 0 -> RequestHeaderCodec.decode(in.rest(), HeaderForm.AEAD);
            case 1 -> RequestHeaderCodec.decode(AnyBlock.withChecksum(in.rest()), HeaderForm.AEAD);
            case 2 -> opened(sealed(in, in.nextShort()));
            case 3 -> opened(in.damage(sealed(in, -1)));
            default -> decrypted(in);
          };
      writeAndRead(header, data.length & RequestHeaderCodec.MAX_PADDING_BYTES);
    } catch (VmessException e) {
      // The peer's bytes are wrong, and that was said.
    }
  }

  /** A block of up to 255 fuzzed bytes, so that a rest is left for its damage. */
  private static byte[] sealed(FuzzInput in, int toldLength) {
    byte[] authId = Arrays.copyOf(in.bytes(AuthId.BYTES), AuthId.BYTES);
    byte[] nonce = Arrays.copyOf(in.bytes(AeadSeal.NONCE_BYTES), AeadSeal.NONCE_BYTES);
    byte[] block = AnyBlock.withChecksum(in.bytes(in.next()));
    int length = toldLength < 0 ? block.length : toldLength;
    return AnyBlock.request(KEY, authId, nonce, length, block);
  }

  /** As a server reads it: what is told to follow is waited for, and no more is read. */
  private static RequestHeader opened(byte[] wire) {
    ByteBuffer in = ByteBuffer.wrap(wire);
    byte[] authId = take(in, AuthId.BYTES);
    byte[] sealedLength = take(in, AeadSeal.SEALED_LENGTH_BYTES);
    byte[] nonce = take(in, AeadSeal.NONCE_BYTES);
    int length = AeadSeal.openLength(KEY, authId, sealedLength, nonce);
    return AeadSeal.openHeader(KEY, authId, nonce, take(in, length));
  }

  private static byte[] take(ByteBuffer in, int length) {
    if (in.remaining() < length) {
      throw new VmessException("cut: a server would wait for more");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /** A legacy block with a body behind it, which must be left alone. */
  private static RequestHeader decrypted(FuzzInput in) {
    byte[] cuts = in.cuts();
    byte[] block = in.nextBoolean() ? AnyBlock.withChecksum(in.rest()) : in.rest();
    byte[] wire = Arrays.copyOf(block, block.length + BEHIND_BYTES);
    AesCfb.encrypting(KEY.bytes(), LegacyAuth.iv(0)).apply(wire, 0, wire.length);
    LegacyOpener opener = new LegacyOpener(KEY, 0);
    ByteBuf received = Unpooled.buffer();
    try {
      for (byte[] piece : FuzzInput.cut(wire, cuts)) {
        RequestHeader header = opener.read(received.writeBytes(piece));
        if (header != null) {
          checkBehind(block, received.readerIndex());
          return header;
        }
        if (received.isReadable()) {
          throw new AssertionError(received.readableBytes() + " bytes left of a cut header");
        }
      }
      throw new VmessException("cut: a server would wait for more");
    } finally {
      received.release();
    }
  }

  /** Where a header ends is where the same block, read at once, would be whole. */
  private static void checkBehind(byte[] block, int consumed) {
    if (consumed > block.length + BEHIND_BYTES || consumed < RequestHeaderCodec.MIN_BLOCK_BYTES) {
      throw new AssertionError(consumed + " bytes consumed");
    }
    if (consumed <= block.length) {
      RequestHeaderCodec.decode(Arrays.copyOf(block, consumed), HeaderForm.LEGACY);
    }
  }

  private static void writeAndRead(RequestHeader header, int paddingBytes) {
    byte[] written = RequestHeaderCodec.encode(header, new byte[paddingBytes]);
    RequestHeader again = RequestHeaderCodec.decode(written, header.keys().form());
    if (!again.equals(header)) {
      throw new AssertionError(header + " became " + again);
    }
  }
}
