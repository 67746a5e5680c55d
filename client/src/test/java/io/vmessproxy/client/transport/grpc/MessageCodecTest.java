package io.vmessproxy.client.transport.grpc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import io.vmessproxy.client.session.Failure;
import io.vmessproxy.client.transport.LateFailure;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCodecTest {
  /** Protocol Buffers' encoding of field 1, after the five bytes of gRPC. */
  private static final String HELLO = "00 00000007 0A 05 68656C6C6F";

  private final EmbeddedChannel channel =
      new EmbeddedChannel(new MessageDecoder(), new MessageEncoder());

  @AfterEach
  void leavesNothing() {
    channel.finishAndReleaseAll();
  }

  @Test
  void writesAPieceInAMessage() {
    channel.writeOutbound(Unpooled.copiedBuffer("hello", US_ASCII));

    assertThat(hex(written())).isEqualTo(plain(HELLO));
  }

  @ParameterizedTest
  @CsvSource({
    "1,     00000003 0A01",
    "127,   00000081 0A7F",
    "128,   00000083 0A8001",
    "300,   0000012F 0AAC02",
    "16383, 00004002 0AFF7F",
    "16384, 00004004 0A808001",
  })
  void writesTheLengthAsAVarint(int bytes, String head) {
    channel.writeOutbound(Unpooled.wrappedBuffer(new byte[bytes]));

    assertThat(hex(written()))
        .startsWith("00" + plain(head))
        .hasSize(2 * bytes + 2 + plain(head).length());
  }

  @Test
  void writesNoMessageWithoutAPiece() {
    ChannelFuture written = channel.writeAndFlush(Unpooled.buffer());

    assertThat(written.isSuccess()).isTrue();
    assertThat(written()).isEmpty();
  }

  @Test
  void cutsWhatIsTooLongForAMessage() {
    byte[] bytes = random(100_000);
    ChannelFuture done = channel.writeAndFlush(Unpooled.wrappedBuffer(bytes));
    byte[] wire = written();

    assertThat(done.isSuccess()).isTrue();
    assertThat(read(wire)).isEqualTo(bytes);
    int at = 0;
    while (at < wire.length) {
      int length = Unpooled.wrappedBuffer(wire).getInt(at + 1);
      assertThat(length).isBetween(3, 32 * 1024);
      at += 5 + length;
    }
    assertThat(at).isEqualTo(wire.length);
  }

  @Test
  void writesAllOfAWriteInOne() {
    channel.writeOutbound(Unpooled.wrappedBuffer(random(100_000)));

    assertThat(channel.outboundMessages()).hasSize(1);
    written();
  }

  /** Each line is a wire, and what it carries. */
  private static final String[][] WIRES = {
    {HELLO, "68656C6C6F"},
    {"00 00000000" + HELLO, "68656C6C6F"}, // Go writes an empty piece so.
    {"00 00000002 0A 00" + HELLO, "68656C6C6F"},
    {HELLO + HELLO, "68656C6C6F68656C6C6F"},
    {"00 00000009 0A 02 6865 0A 03 6C6C6F", "68656C6C6F"}, // Several pieces: TunMulti.
    {"00 00000008 0A 8500 68656C6C6F", "68656C6C6F"}, // Varints longer than they need be.
    {"00 00000009 0A 858000 68656C6C6F", "68656C6C6F"},
    {"00 0000000A 0A 85808000 68656C6C6F", "68656C6C6F"},
    {"00 0000000B 0A 8580808000 68656C6C6F", "68656C6C6F"},
    {"00 0000000A 10 9601 0A 05 68656C6C6F", "68656C6C6F"}, // Unknown fields, of each type.
    {"00 00000010 11 0102030405060708 0A 05 68656C6C6F", "68656C6C6F"},
    {"00 0000000C 12 03 010203 0A 05 68656C6C6F", "68656C6C6F"},
    {"00 0000000C 1D 01020304 0A 05 68656C6C6F", "68656C6C6F"},
    {"00 00000009 12 00 0A 05 68656C6C6F", "68656C6C6F"},
    {"00 00000009 0A 05 68656C6C6F 10 01", "68656C6C6F"},
    {"00 00000009 08 01 0A 05 68656C6C6F", "68656C6C6F"}, // Field 1, but a number.
    {"00 00000011 10 FFFFFFFFFFFFFFFFFF01 0A 04 68656C6C", "68656C6C"},
  };

  @Test
  void readsEachFormCutAtEveryByte() {
    for (String[] wire : WIRES) {
      byte[] bytes = HexFormat.of().parseHex(plain(wire[0]));
      for (int cut = 0; cut <= bytes.length; cut++) {
        byte[] read = read(Arrays.copyOf(bytes, cut), Arrays.copyOfRange(bytes, cut, bytes.length));
        assertThat(hex(read)).as("%s cut at %d", wire[0], cut).isEqualTo(wire[1]);
      }
    }
  }

  @Test
  void readsByteByByte() {
    byte[] bytes = random(70_000);
    channel.writeOutbound(Unpooled.wrappedBuffer(bytes));
    byte[] wire = written();
    byte[][] octets = new byte[wire.length][];
    for (int i = 0; i < wire.length; i++) {
      octets[i] = new byte[] {wire[i]};
    }

    assertThat(read(octets)).isEqualTo(bytes);
  }

  @Test
  void readsAMessageOfFourMebibytes() {
    byte[] wire = HexFormat.of().parseHex(plain("00 00400000 0A FBFFFF01"));

    assertThat(read(wire, new byte[(4 << 20) - 5])).hasSize((4 << 20) - 5);
  }

  @ParameterizedTest
  @CsvSource({
    "01 00000007 0A 05 68656C6C6F,        message: compressed flag 1",
    "00 00400001,                         message: 4194305 bytes",
    "00 FFFFFFFF,                         message: 4294967295 bytes",
    "00 00000007 0A 06 68656C6C6F,        field: 6 bytes",
    "00 00000006 0A FFFFFFFF0F,           field: 4294967295 bytes",
    "00 00000007 0A 8080808080 00,        varint: longer than 5 bytes",
    "00 0000000C 10 8080808080808080808080, varint: longer than 10 bytes",
    "00 00000002 0A 80,                   message: ends inside a field",
    "00 00000001 0A,                   message: ends inside a field",
    "00 00000004 11 010203,               field: 8 bytes",
    "00 00000002 0B 00,                   field: type 3",
  })
  void refusesWhatIsNoMessage(String wire, String message) {
    byte[] bytes = HexFormat.of().parseHex(plain(wire));

    assertThatThrownBy(() -> channel.writeInbound(Unpooled.wrappedBuffer(bytes)))
        .isInstanceOf(GrpcException.class)
        .hasMessageStartingWith(message);
    channel.writeInbound(Unpooled.wrappedBuffer(HexFormat.of().parseHex(plain(HELLO))));
    assertThat(channel.<Object>readInbound()).isNull();
    assertThat(LateFailure.of(channel).orElseThrow().failure()).isEqualTo(Failure.TRANSPORT);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void readsWhatItWrites(long seed) {
    Random random = new Random(seed);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    for (int i = 0; i < 50; i++) {
      byte[] bytes = new byte[random.nextInt(40_000)];
      random.nextBytes(bytes);
      all.writeBytes(bytes);
      channel.writeOutbound(Unpooled.wrappedBuffer(bytes));
      wire.writeBytes(written());
    }

    assertThat(read(wire.toByteArray())).isEqualTo(all.toByteArray());
  }

  private byte[] written() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      bytes.writeBytes(ByteBufUtil.getBytes(out));
      out.release();
    }
    return bytes.toByteArray();
  }

  private byte[] read(byte[]... pieces) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] piece : pieces) {
      channel.writeInbound(Unpooled.copiedBuffer(piece));
      for (ByteBuf in = channel.readInbound(); in != null; in = channel.readInbound()) {
        assertThat(in.isReadable()).isTrue();
        bytes.writeBytes(ByteBufUtil.getBytes(in));
        in.release();
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().withUpperCase().formatHex(bytes);
  }

  private static String plain(String hex) {
    return hex.replace(" ", "");
  }
}
