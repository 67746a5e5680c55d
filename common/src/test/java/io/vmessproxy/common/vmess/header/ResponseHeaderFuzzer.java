package io.vmessproxy.common.vmess.header;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmessproxy.common.crypto.AesCfb;
import io.vmessproxy.common.crypto.Fnv1a;
import io.vmessproxy.common.fuzz.FuzzInput;
import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Response headers of both forms as a client reads them, more coming with each call: noise,
 * whatever a server may seal, and that with a few bytes changed. Nothing but a {@link
 * VmessException} may come out, and while more is needed nothing may be consumed. A suggestion that
 * is taken must be the same when it is written and read again.
 */
public final class ResponseHeaderFuzzer {
  private static final byte AUTH = 0x2a;
  private static final SessionKeys AEAD_KEYS = keys(HeaderForm.AEAD);
  private static final SessionKeys LEGACY_KEYS = keys(HeaderForm.LEGACY);

  private ResponseHeaderFuzzer() {}

  private static SessionKeys keys(HeaderForm form) {
    return SessionKeys.of(new byte[SessionKeys.BYTES], new byte[SessionKeys.BYTES], AUTH, form);
  }

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput in = new FuzzInput(data);
    byte[] cuts = in.cuts();
    SessionKeys keys = in.pick(AEAD_KEYS, LEGACY_KEYS);
    byte[] wire =
        switch (in.next(5)) {
          case 0 -> in.rest();
          case 1 -> sealed(keys, block(in, in.rest()));
          case 2 -> AnyBlock.response(keys, in.nextShort(), in.rest());
          case 3 -> sealed(keys, block(in, withCommand(in.rest())));
          default -> in.damage(sealed(keys, block(in, in.bytes(in.next(64)))));
        };
    decode(keys, wire, cuts);
  }

  private static void decode(SessionKeys keys, byte[] wire, byte[] cuts) {
    ByteBuf received = Unpooled.buffer();
    AesCfb stream = ResponseHeaderCodec.decryptingStream(keys);
    try {
      for (byte[] piece : FuzzInput.cut(wire, cuts)) {
        received.writeBytes(piece);
        ResponseHeader header = ResponseHeaderCodec.decode(received, keys, stream);
        if (header != null) {
          writeAndRead(header.suggestion());
          return;
        }
        if (received.readerIndex() != 0) {
          throw new AssertionError(received.readerIndex() + " bytes consumed of a cut header");
        }
      }
    } catch (VmessException e) {
      // The peer's bytes are wrong, and that was said.
    } finally {
      received.release();
    }
  }

  private static void writeAndRead(@Nullable SwitchAccount suggestion) {
    if (suggestion != null) {
      SwitchAccount again = SwitchAccountCodec.decode(SwitchAccountCodec.encode(suggestion));
      if (!suggestion.equals(again)) {
        throw new AssertionError(suggestion + " became " + again);
      }
    }
  }

  /** A block whose command's length and checksum are right. */
  private static byte[] withCommand(byte[] data) {
    int length = Math.min(data.length, 0xff - Fnv1a.BYTES);
    return ByteBuffer.allocate(4 + Fnv1a.BYTES + length)
        .put(new byte[] {0, 0, 1, (byte) (Fnv1a.BYTES + length)})
        .putInt(Fnv1a.of(data, 0, length))
        .put(data, 0, length)
        .array();
  }

  /** Often with the right first byte, for nobody would guess it. */
  private static byte[] block(FuzzInput in, byte[] block) {
    if (block.length > 0 && in.next(8) != 1) {
      block[0] = AUTH;
    }
    return block;
  }

  private static byte[] sealed(SessionKeys keys, byte[] block) {
    return keys.form() == HeaderForm.AEAD
        ? AnyBlock.response(keys, block.length, block)
        : AnyBlock.legacyResponse(keys, block);
  }
}
