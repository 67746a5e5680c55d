package io.vmessproxy.client.transport.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.common.fuzz.CountingAllocator;
import io.vmessproxy.common.fuzz.FuzzInput;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/**
 * Messages from a peer that sends what it likes. Nothing but a {@link GrpcException} may come out;
 * the bytes are the same however the messages are cut; and no buffer is kept.
 */
public final class MessageDecoderFuzzer {
  private MessageDecoderFuzzer() {}

  public static void fuzzerTestOneInput(byte[] data) {
    FuzzInput in = new FuzzInput(data);
    byte[] cuts = in.cuts();
    byte[] wire = in.rest();
    String whole = decode(wire, new byte[4]);
    String cut = decode(wire, cuts);
    if (!whole.equals(cut)) {
      throw new AssertionError(whole + " was, cut: " + cut);
    }
  }

  private static String decode(byte[] wire, byte[] cuts) {
    CountingAllocator alloc = new CountingAllocator();
    EmbeddedChannel channel = new EmbeddedChannel(new MessageDecoder());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String mistake = "";
    for (byte[] piece : FuzzInput.cut(wire, cuts)) {
      try {
        channel.writeInbound(alloc.buffer(Math.max(1, piece.length)).writeBytes(piece));
      } catch (GrpcException e) {
        mistake = String.valueOf(e.getMessage());
      }
      for (ByteBuf out = channel.readInbound(); out != null; out = channel.readInbound()) {
        bytes.writeBytes(ByteBufUtil.getBytes(out));
        out.release();
      }
      if (alloc.used() != 0) {
        throw new AssertionError("holds " + alloc.used() + " bytes back");
      }
    }
    channel.finishAndReleaseAll();
    alloc.check(wire.length + 16L);
    return HexFormat.of().formatHex(bytes.toByteArray()) + " " + mistake;
  }
}
