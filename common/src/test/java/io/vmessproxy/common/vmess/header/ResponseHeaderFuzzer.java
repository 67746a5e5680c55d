package io.vmessproxy.common.vmess.header;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vmessproxy.common.fuzz.FuzzInput;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.VmessException;

/**
 * Response headers as a client reads them, more coming with each call: noise, whatever a server may
 * seal, and that with a few bytes changed. Nothing but a {@link VmessException} may come out, and
 * while more is needed nothing may be consumed.
 */
public final class ResponseHeaderFuzzer {
  private static final SessionKeys KEYS =
      SessionKeys.of(new byte[SessionKeys.BYTES], new byte[SessionKeys.BYTES], (byte) 0x2a);

  private ResponseHeaderFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput in = new FuzzInput(data);
    byte[] cuts = in.cuts();
    byte[] wire =
        switch (in.next(4)) {
          case 0 -> in.rest();
          case 1 -> sealed(in, in.rest());
          case 2 -> AnyBlock.response(KEYS, in.nextShort(), in.rest());
          default -> in.damage(sealed(in, in.bytes(in.next(64))));
        };
    ByteBuf received = Unpooled.buffer();
    try {
      for (byte[] piece : FuzzInput.cut(wire, cuts)) {
        received.writeBytes(piece);
        if (ResponseHeaderCodec.decode(received, KEYS)) {
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

  /** Often with the right first byte, for nobody would guess it. */
  private static byte[] sealed(FuzzInput in, byte[] block) {
    if (block.length > 0 && in.next(8) != 1) {
      block[0] = KEYS.responseAuth();
    }
    return AnyBlock.response(KEYS, block.length, block);
  }
}
