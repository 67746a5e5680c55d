package io.vmessproxy.client.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.util.ReferenceCountUtil;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
  private static byte[] bytes(String hex) {
    return ByteBufUtil.decodeHexDump(hex.replaceAll("[ \\n]", ""));
  }

  /** What comes out: bytes in hex, {@code ping(hex)}, {@code close(hex)}. */
  private static String decoded(boolean masked, byte[] wire, int... cuts) {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(masked));
    int from = 0;
    for (int cut : cuts) {
      channel.writeInbound(Unpooled.copiedBuffer(Arrays.copyOfRange(wire, from, cut)));
      from = cut;
    }
    channel.writeInbound(Unpooled.copiedBuffer(Arrays.copyOfRange(wire, from, wire.length)));
    StringBuilder text = new StringBuilder();
    for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
      if (next instanceof PingWebSocketFrame ping) {
        text.append("ping(").append(ByteBufUtil.hexDump(ping.content())).append(')');
      } else if (next instanceof CloseWebSocketFrame close) {
        text.append("close(").append(ByteBufUtil.hexDump(close.content())).append(')');
      } else {
        text.append(ByteBufUtil.hexDump((ByteBuf) next));
      }
      ReferenceCountUtil.release(next);
    }
    channel.finishAndReleaseAll();
    return text.toString();
  }

  /** Vectors: RFC 6455, section 5.7. */
  @ParameterizedTest
  @CsvSource({
    "false, 81 05 48 65 6c 6c 6f, 48656c6c6f",
    "true, 81 85 37 fa 21 3d 7f 9f 4d 51 58, 48656c6c6f",
    "false, 01 03 48 65 6c 80 02 6c 6f, 48656c6c6f",
    "false, 89 05 48 65 6c 6c 6f, ping(48656c6c6f)",
    "true, 8a 85 37 fa 21 3d 7f 9f 4d 51 58, ''",
  })
  void readsTheStandardsExamples(boolean masked, String wire, String expected) {
    assertThat(decoded(masked, bytes(wire))).isEqualTo(expected);
  }

  @Test
  void readsTheSameHoweverItIsCut() {
    String payload = "00112233445566778899aabbccddeeff0102030405";
    String fragments =
        "02 8a 01020304 0113213745576573899b" // 10 bytes, masked
            + "89 83 0a0b0c0d 6b696f" // ping in between
            + "00 80 ffffffff" // nothing
            + "80 fe 000b 00000000 aabbccddeeff0102030405" // 11 bytes, a longer length than needed
            + "88 82 00000000 03e8";
    byte[] wire = bytes(fragments);
    String expected =
        payload.substring(0, 20) + "ping(616263)" + payload.substring(20) + "close(03e8)";

    for (int cut = 0; cut <= wire.length; cut++) {
      for (int next = cut; next <= Math.min(cut + 5, wire.length); next++) {
        assertThat(decoded(true, wire, cut, next)).as("%d, %d", cut, next).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 126, 127, 65535, 65536, 1 << 20})
  void readsEveryLengthThatNettyWrites(int length) {
    byte[] payload = new byte[length];
    new Random(length).nextBytes(payload);
    for (boolean masked : new boolean[] {true, false}) {
      EmbeddedChannel link = new EmbeddedChannel(new WebSocket13FrameEncoder(masked));
      link.writeOutbound(new BinaryWebSocketFrame(Unpooled.copiedBuffer(payload)));
      link.writeOutbound(new PingWebSocketFrame());
      byte[] wire = new byte[0];
      for (ByteBuf next = link.readOutbound(); next != null; next = link.readOutbound()) {
        int end = wire.length;
        wire = Arrays.copyOf(wire, end + next.readableBytes());
        next.readBytes(wire, end, wire.length - end);
        next.release();
      }
      link.finishAndReleaseAll();

      assertThat(decoded(masked, wire, wire.length / 3, wire.length / 2))
          .isEqualTo(ByteBufUtil.hexDump(payload) + "ping()");
    }
  }

  @Test
  void keepsNothingOfAFrameWhateverItsLength() {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(false));
    channel.writeInbound(Unpooled.copiedBuffer(bytes("82 7f 7fffffffffffffff")));
    ByteBuf piece = channel.alloc().buffer().writeZero(100_000);
    channel.writeInbound(piece);
    ByteBuf out = channel.readInbound();

    assertThat(out.readableBytes()).isEqualTo(100_000);
    out.release();
    assertThat(piece.refCnt()).isZero();
    channel.finishAndReleaseAll();
  }

  @ParameterizedTest
  @CsvSource({
    "false, c2 00, reserved bits",
    "false, 82 80 00000000, mask",
    "true, 82 00 00000000, mask",
    "false, 83 00, opcode 0x3",
    "false, 8b 00, opcode 0xb",
    "false, 80 00, a continuation of no message",
    "false, 02 00 82 00, a message within another",
    "false, 09 00, a long control frame",
    "false, 89 7e 007e, a long control frame",
    "false, 88 01 03, close code of 1 byte",
    "false, 82 7f 8000000000000000, length above 2^63",
  })
  void refusesWhatTheStandardForbids(boolean masked, String wire, String reason) {
    EmbeddedChannel channel = new EmbeddedChannel(new FrameDecoder(masked));

    assertThatThrownBy(() -> channel.writeInbound(Unpooled.copiedBuffer(bytes(wire))))
        .isInstanceOf(WsException.class)
        .hasMessageContaining(reason);
    channel.writeInbound(Unpooled.copiedBuffer(bytes("82 01 00")));
    assertThat(channel.inboundMessages()).as("nothing behind it").isEmpty();
    channel.finishAndReleaseAll();
  }

  @Test
  void takesNothingBehindAClose() {
    assertThat(decoded(false, bytes("88 00 82 01 41 88 00"))).isEqualTo("close()");
  }
}
