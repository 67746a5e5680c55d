package io.vmessproxy.common.vmess.header;

import io.vmessproxy.common.crypto.Fnv1a;
import io.vmessproxy.common.fuzz.FuzzInput;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.UserId;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Request headers as a server reads them: plain blocks, and sealed ones from somebody with the key
 * and from somebody without. Nothing but a {@link VmessException} may come out, and what is taken
 * must be the same when it is written and read again.
 */
public final class RequestHeaderFuzzer {
  private static final CommandKey KEY =
      CommandKey.of(UserId.parse("27848739-7e62-4138-9fd3-098a63964b6b"));

  private RequestHeaderFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput in = new FuzzInput(data);
    try {
      RequestHeader header =
          switch (in.next(4)) {
            case 0 -> RequestHeaderCodec.decode(in.rest());
            case 1 -> RequestHeaderCodec.decode(withChecksum(in.rest()));
            case 2 -> opened(sealed(in, in.nextShort()));
            default -> opened(in.damage(sealed(in, -1)));
          };
      writeAndRead(header, data.length & RequestHeaderCodec.MAX_PADDING_BYTES);
    } catch (VmessException e) {
      // The peer's bytes are wrong, and that was said.
    }
  }

  private static byte[] withChecksum(byte[] fields) {
    return ByteBuffer.allocate(fields.length + Fnv1a.BYTES)
        .put(fields)
        .putInt(Fnv1a.of(fields, 0, fields.length))
        .array();
  }

  /** A block of up to 255 fuzzed bytes, so that a rest is left for its damage. */
  private static byte[] sealed(FuzzInput in, int toldLength) {
    byte[] authId = Arrays.copyOf(in.bytes(AuthId.BYTES), AuthId.BYTES);
    byte[] nonce = Arrays.copyOf(in.bytes(AeadSeal.NONCE_BYTES), AeadSeal.NONCE_BYTES);
    byte[] block = withChecksum(in.bytes(in.next()));
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

  private static void writeAndRead(RequestHeader header, int paddingBytes) {
    byte[] written = RequestHeaderCodec.encode(header, new byte[paddingBytes]);
    RequestHeader again = RequestHeaderCodec.decode(written);
    if (!again.equals(header)) {
      throw new AssertionError(header + " became " + again);
    }
  }
}
