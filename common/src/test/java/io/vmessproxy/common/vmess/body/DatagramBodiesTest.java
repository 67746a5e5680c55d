package io.vmessproxy.common.vmess.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vmessproxy.common.net.Datagram;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bodies of requests for UDP: one chunk is one datagram. */
class DatagramBodiesTest {
  private static final SessionKeys KEYS = SessionKeys.of(new byte[16], new byte[16], (byte) 0);

  private final UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(false);
  private final Random random = new Random(20_261_123);

  @AfterEach
  void everyBufferIsReleased() {
    assertThat(alloc.metric().usedHeapMemory() + alloc.metric().usedDirectMemory()).isZero();
  }

  private static RequestHeader header(Security security, BodyOptions options) {
    return BodyCase.header(KEYS, security, options.bits(), Command.UDP);
  }

  private static BodyOptions recommended(Security security) {
    return BodyOptions.recommended(security, Command.UDP);
  }

  static Stream<Arguments> bodies() {
    return Stream.of(Security.values())
        .flatMap(
            security ->
                Stream.of(0x01, 0x05, 0x0d, 0x11, 0x15, 0x1d)
                    .map(bits -> arguments(security, new BodyOptions(bits))));
  }

  private byte[] datagram(int bytes) {
    byte[] datagram = new byte[bytes];
    random.nextBytes(datagram);
    return datagram;
  }

  private static byte[] sealed(BodyEncoder encoder, List<byte[]> datagrams) {
    ByteBuf out = Unpooled.buffer();
    for (byte[] datagram : datagrams) {
      assertThat(encoder.encode(Unpooled.wrappedBuffer(datagram), out)).isTrue();
    }
    encoder.end(out);
    byte[] wire = ByteBufUtil.getBytes(out);
    out.release();
    return wire;
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void keepsEachDatagramWholeAndApartHoweverTheBytesCome(Security security, BodyOptions options) {
    RequestHeader header = header(security, options);
    List<byte[]> datagrams =
        List.of(datagram(1), datagram(1500), datagram(1), datagram(15_001), datagram(40_000));
    byte[] wire = sealed(BodyPipeline.requestEncoder(header), datagrams);

    for (int piece : new int[] {wire.length, 1460, 61, 1}) {
      BodyDecoder decoder = BodyPipeline.requestDecoder(header);
      List<byte[]> read = new ArrayList<>();
      for (int at = 0; at < wire.length; at += piece) {
        read.addAll(BodyCase.feed(decoder, alloc, wire, at, Math.min(wire.length, at + piece)));
      }
      assertThat(read).as("pieces of %d", piece).containsExactlyElementsOf(datagrams);
      assertThat(decoder.ended()).isTrue();
      decoder.close();
    }
  }

  @ParameterizedTest
  @EnumSource(Security.class)
  void carriesTheLargestDatagramOfUdp(Security security) {
    RequestHeader header = header(security, recommended(security));
    byte[] largest = datagram(Datagram.MAX_PAYLOAD_BYTES);
    byte[] wire = sealed(BodyPipeline.responseEncoder(header), List.of(largest, largest));

    assertThat(BodyCase.feed(BodyPipeline.responseDecoder(header), alloc, wire, 0, wire.length))
        .containsExactly(largest, largest);
  }

  @ParameterizedTest
  @CsvSource({
    "AES_128_CFB, 0x01, 65531",
    "AES_128_GCM, 0x05, 65519",
    "AES_128_GCM, 0x15, 65519",
    "CHACHA20_POLY1305, 0x05, 65519",
    "CHACHA20_POLY1305, 0x15, 65519",
    "NONE, 0x05, 65535",
    "ZERO, 0x01, 65535"
  })
  void dropsADatagramThatFitsIntoNoChunk(Security security, String options, int largest) {
    RequestHeader header = header(security, new BodyOptions(Integer.decode(options)));
    BodyEncoder encoder = BodyPipeline.requestEncoder(header);
    byte[] fits = datagram(largest);
    ByteBuf tooLarge = Unpooled.wrappedBuffer(datagram(largest + 1));
    ByteBuf out = Unpooled.buffer();

    assertThat(encoder.encode(tooLarge, out)).isFalse();
    assertThat(tooLarge.isReadable()).isFalse();
    assertThat(out.isReadable()).isFalse();

    // The next one is none the worse for it.
    byte[] wire = sealed(encoder, List.of(fits));
    assertThat(wire.length)
        .isLessThanOrEqualTo(encoder.sealedBytes(largest) + encoder.sealedBytes(1));
    assertThat(BodyCase.feed(BodyPipeline.requestDecoder(header), alloc, wire, 0, wire.length))
        .containsExactly(fits);
  }

  /** Whether a large one fits is a matter of the padding drawn, which must not be drawn twice. */
  @ParameterizedTest
  @EnumSource(value = Security.class, mode = EnumSource.Mode.EXCLUDE, names = "AES_128_CFB")
  void staysInStepWhenPaddingLeavesNoRoom(Security security) {
    RequestHeader header = header(security, new BodyOptions(0x0d));
    BodyEncoder encoder = BodyPipeline.requestEncoder(header);
    BodyDecoder decoder = BodyPipeline.requestDecoder(header);
    int overhead = security.sealsPayloads() ? 16 : 0;
    byte[] large = datagram(0xffff - overhead - 30);
    byte[] small = datagram(10);
    ByteBuf out = alloc.buffer();
    List<byte[]> expected = new ArrayList<>();
    List<byte[]> read = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      out.clear();
      if (encoder.encode(Unpooled.wrappedBuffer(large), out)) {
        expected.add(large);
      }
      encoder.encode(Unpooled.wrappedBuffer(small), out);
      expected.add(small);
      byte[] wire = ByteBufUtil.getBytes(out);
      read.addAll(BodyCase.feed(decoder, alloc, wire, 0, wire.length));
    }
    out.release();

    assertThat(read).containsExactlyElementsOf(expected);
    assertThat(expected.size()).as("large ones that fitted").isBetween(55, 95);
  }

  @ParameterizedTest
  @EnumSource(Security.class)
  void skipsEmptyDatagrams(Security security) {
    BodyEncoder encoder = BodyPipeline.requestEncoder(header(security, recommended(security)));
    ByteBuf out = Unpooled.buffer();

    assertThat(encoder.encode(Unpooled.EMPTY_BUFFER, out)).isTrue();

    assertThat(out.isReadable()).isFalse();
    assertThat(encoder.sealedBytes(0)).isZero();
  }

  @Test
  void takesNoByteBehindADatagram() {
    RequestHeader header = header(Security.AES_128_GCM, recommended(Security.AES_128_GCM));
    byte[] first = datagram(100);
    byte[] wire = sealed(BodyPipeline.requestEncoder(header), List.of(first, datagram(50)));
    ByteBuf in = Unpooled.wrappedBuffer(wire);

    ByteBuf read = BodyPipeline.requestDecoder(header).decode(alloc, in);

    assertThat(ByteBufUtil.getBytes(read)).isEqualTo(first);
    assertThat(in.readerIndex()).isEqualTo(2 + 100 + 16);
    read.release();
  }

  @ParameterizedTest
  @CsvSource({"NONE, 0x00", "NONE, 0x04", "ZERO, 0x00", "AES_128_CFB, 0x00"})
  void refusesARawBody(Security security, String options) {
    RequestHeader header = header(security, new BodyOptions(Integer.decode(options)));

    assertThatThrownBy(() -> BodyPipeline.requestDecoder(header))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "options %s (expected: 0x01 with security %s for UDP)"
                .formatted(options, security.text()));
  }

  @Test
  void losesNothingButTheDatagramThatIsCut() {
    RequestHeader header = header(Security.AES_128_CFB, recommended(Security.AES_128_CFB));
    byte[] first = datagram(100);
    byte[] wire = sealed(BodyPipeline.requestEncoder(header), List.of(first, datagram(50)));
    BodyDecoder decoder = BodyPipeline.requestDecoder(header);

    assertThat(BodyCase.feed(decoder, alloc, wire, 0, 2 + 4 + 100 + 20)).containsExactly(first);
    assertThat(decoder.atBoundary()).isFalse();
    decoder.close();
  }
}
