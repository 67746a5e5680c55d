package io.vmessproxy.common.vmess.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vmessproxy.common.crypto.AesCfb;
import io.vmessproxy.common.crypto.AesGcm;
import io.vmessproxy.common.vmess.BodyOptions;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.VmessException;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkCodecTest {
  private static final byte[] KEY = new byte[16];
  private static final byte[] IV = new byte[16];
  private static final SessionKeys KEYS = SessionKeys.of(KEY, IV, (byte) 0);

  private final UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(false);

  @AfterEach
  void everyBufferIsReleased() {
    assertThat(alloc.metric().usedHeapMemory() + alloc.metric().usedDirectMemory()).isZero();
  }

  private static RequestHeader header(Security security, int options) {
    return BodyCase.header(KEYS, security, options, Command.TCP);
  }

  private static byte[] sealed(BodyEncoder encoder, byte[] payload) {
    ByteBuf out = Unpooled.buffer();
    encoder.encode(Unpooled.wrappedBuffer(payload), out);
    return drained(out);
  }

  private static byte[] end(BodyEncoder encoder) {
    ByteBuf out = Unpooled.buffer();
    encoder.end(out);
    return drained(out);
  }

  private static byte[] drained(ByteBuf out) {
    byte[] bytes = ByteBufUtil.getBytes(out);
    out.release();
    return bytes;
  }

  @ParameterizedTest
  @CsvSource({
    "AES_128_GCM, 0x01, 18",
    "CHACHA20_POLY1305, 0x01, 18",
    "AES_128_GCM, 0x11, 34",
    "AES_128_CFB, 0x01, 6",
    "NONE, 0x01, 2",
    "ZERO, 0x01, 2",
    "AES_128_GCM, 0x00, 0",
    "CHACHA20_POLY1305, 0x00, 0",
    "AES_128_GCM, 0x10, 0",
    "AES_128_CFB, 0x00, 0",
    "NONE, 0x00, 0",
    "ZERO, 0x00, 0"
  })
  void writesAnEndOnceAndOnlyIfTheStreamIsAskedToHaveOne(
      Security security, String options, int bytes) {
    BodyEncoder encoder = BodyPipeline.requestEncoder(header(security, Integer.decode(options)));

    assertThat(end(encoder)).hasSize(bytes);
    assertThat(end(encoder)).isEmpty();
  }

  @Test
  void writesNothingForAnEmptyPayload() {
    BodyEncoder encoder = BodyPipeline.requestEncoder(header(Security.AES_128_GCM, 0x0d));

    assertThat(sealed(encoder, new byte[0])).isEmpty();
    assertThat(encoder.sealedBytes(0)).isZero();
  }

  @Test
  void refusesPayloadBehindTheEnd() {
    BodyEncoder encoder = BodyPipeline.requestEncoder(header(Security.AES_128_GCM, 0x0d));
    end(encoder);

    assertThatThrownBy(() -> sealed(encoder, new byte[1]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("body: payload after its end");
  }

  @Test
  void cutsPayloadsIntoChunksOf15000Bytes() {
    BodyEncoder encoder = BodyPipeline.requestEncoder(header(Security.NONE, 0x01));

    byte[] wire = sealed(encoder, new byte[30_001]);

    assertThat(wire).hasSize(30_001 + 3 * 2);
    ByteBuf in = Unpooled.wrappedBuffer(wire);
    assertThat(in.getUnsignedShort(0)).isEqualTo(15_000);
    assertThat(in.getUnsignedShort(15_002)).isEqualTo(15_000);
    assertThat(in.getUnsignedShort(30_004)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 14_999, 15_000, 15_001, 65_536, 150_000})
  void boundsWhatItWillWrite(int payloadBytes) {
    BodyEncoder encoder = BodyPipeline.requestEncoder(header(Security.AES_128_GCM, 0x0d));

    int bound = encoder.sealedBytes(payloadBytes);

    assertThat(sealed(encoder, new byte[payloadBytes]).length).isBetween(payloadBytes + 18, bound);
    int chunks = (payloadBytes + 14_999) / 15_000;
    assertThat(bound).isEqualTo(payloadBytes + chunks * (2 + 16 + 63));
  }

  @Test
  void acceptsTheLargestChunk() {
    byte[] plain = new byte[65_535 - 16];
    new Random(1).nextBytes(plain);
    byte[] wire = new byte[2 + 65_535];
    wire[0] = (byte) 0xff;
    wire[1] = (byte) 0xff;
    new AeadChunkCipher(new AesGcm(KEY), "payload", IV).seal(plain, 0, plain.length, wire, 2);

    for (int piece : new int[] {wire.length, 65_536, 1460, 1}) {
      BodyDecoder decoder = BodyPipeline.requestDecoder(header(Security.AES_128_GCM, 0x01));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int at = 0; at < wire.length; at += piece) {
        BodyCase.feed(decoder, alloc, wire, at, Math.min(wire.length, at + piece), out);
      }
      assertThat(out.toByteArray()).as("pieces of %d", piece).isEqualTo(plain);
      assertThat(decoder.atBoundary()).isTrue();
    }
  }

  /** As UDP may have them: nobody else writes such. */
  @ParameterizedTest
  @CsvSource({
    "AES_128_CFB, 0x01, 65531",
    "AES_128_CFB, 0x05, 65531",
    "AES_128_GCM, 0x05, 65519",
    "AES_128_GCM, 0x15, 65519",
    "CHACHA20_POLY1305, 0x05, 65519",
    "CHACHA20_POLY1305, 0x15, 65519",
    "NONE, 0x05, 65535",
  })
  void acceptsTheLargestChunkOfEverySecurity(Security security, String options, int bytes) {
    int bits = Integer.decode(options);
    byte[] plain = new byte[bytes];
    new Random(1).nextBytes(plain);
    byte[] wire =
        sealed(
            BodyPipeline.requestEncoder(BodyCase.header(KEYS, security, bits, Command.UDP)), plain);

    for (int piece : new int[] {wire.length, 1460}) {
      BodyDecoder decoder = BodyPipeline.requestDecoder(header(security, bits));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int at = 0; at < wire.length; at += piece) {
        BodyCase.feed(decoder, alloc, wire, at, Math.min(wire.length, at + piece), out);
      }
      assertThat(out.toByteArray()).as("pieces of %d", piece).isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @CsvSource({"AES_128_GCM", "CHACHA20_POLY1305"})
  void countsSealedSizesTo65535AndThenFromZero(Security security) {
    BodyEncoder encoder = BodyPipeline.requestEncoder(header(security, 0x1d));
    BodyDecoder decoder = BodyPipeline.requestDecoder(header(security, 0x1d));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int n = 0; n < 70_000; n++) {
      byte[] wire = sealed(encoder, new byte[] {(byte) n});
      BodyCase.feed(decoder, alloc, wire, 0, wire.length, out);
    }

    assertThat(out.size()).isEqualTo(70_000);
    assertThat(out.toByteArray()[69_999]).isEqualTo((byte) 69_999);
  }

  @Test
  void refusesASizeWhoseTagDoesNotFit() {
    byte[] wire = sealed(BodyPipeline.requestEncoder(header(Security.AES_128_GCM, 0x11)), KEY);
    wire[1] ^= 1;
    BodyDecoder decoder = BodyPipeline.requestDecoder(header(Security.AES_128_GCM, 0x11));

    assertThatThrownBy(() -> feed(decoder, wire))
        .isInstanceOf(VmessException.class)
        .hasMessage("chunk 0: the tag of its size (18 sealed bytes) does not fit");
  }

  @Test
  void refusesAWrongChecksum() {
    byte[] wire = sealed(BodyPipeline.requestEncoder(header(Security.AES_128_CFB, 0x01)), KEY);
    wire[wire.length - 1] ^= 1; // Nothing follows it that would feel the change.
    BodyDecoder decoder = BodyPipeline.requestDecoder(header(Security.AES_128_CFB, 0x01));

    assertThatThrownBy(() -> feed(decoder, wire))
        .isInstanceOf(VmessException.class)
        .hasMessageMatching("chunk: checksum [0-9a-f]{8} \\(expected: [0-9a-f]{8}\\)");
    assertThat(feed(decoder, wire)).isEmpty();
  }

  @Test
  void refusesAChunkWithoutRoomForItsChecksum() {
    byte[] wire = {0, 3};
    AesCfb.encrypting(KEY, IV).apply(wire, 0, 2);
    BodyDecoder decoder = BodyPipeline.requestDecoder(header(Security.AES_128_CFB, 0x01));

    assertThatThrownBy(() -> feed(decoder, wire))
        .hasMessage("chunk: size 3 (expected: >= 4 tag + 0 padding)");
  }

  /** Every one of its bytes can be read at once, though its cipher has blocks. */
  @Test
  void rawCfbBodiesHoldNoByteBack() {
    RequestHeader header = header(Security.AES_128_CFB, 0x00);
    BodyEncoder encoder = BodyPipeline.requestEncoder(header);
    BodyDecoder decoder = BodyPipeline.requestDecoder(header);
    for (int i = 0; i < 40; i++) {
      byte[] wire = sealed(encoder, new byte[] {(byte) i});
      assertThat(wire).hasSize(1);
      assertThat(feed(decoder, wire)).containsExactly(i);
    }
    assertThat(decoder.ended()).isFalse();
    assertThat(decoder.atBoundary()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15})
  void refusesAChunkWithoutRoomForItsTag(int size) {
    BodyDecoder decoder = BodyPipeline.requestDecoder(header(Security.AES_128_GCM, 0x01));

    assertThatThrownBy(() -> feed(decoder, new byte[] {0, (byte) size}))
        .isInstanceOf(VmessException.class)
        .hasMessage("chunk: size %d (expected: >= 16 tag + 0 padding)".formatted(size));
  }

  @Test
  void dropsWhateverFollowsABadChunk() {
    BodyEncoder encoder = BodyPipeline.requestEncoder(header(Security.AES_128_GCM, 0x01));
    byte[] wire = sealed(encoder, new byte[100_000]);
    wire[wire.length - 1] ^= 1;
    BodyDecoder decoder = BodyPipeline.requestDecoder(header(Security.AES_128_GCM, 0x01));

    assertThatThrownBy(() -> feed(decoder, wire))
        .isInstanceOf(VmessException.class)
        .hasMessage("chunk 6: the tag of its payload (10016 sealed bytes) does not fit");
    assertThat(feed(decoder, wire)).isEmpty();
    assertThat(decoder.ended()).isFalse();
    assertThat(decoder.atBoundary()).isFalse();
  }

  @Test
  void endsAtTheSizeFieldAndIgnoresWhatFollows() {
    BodyEncoder encoder = BodyPipeline.requestEncoder(header(Security.AES_128_GCM, 0x0d));
    byte[] chunk = sealed(encoder, new byte[] {1, 2, 3});
    byte[] end = end(encoder);
    BodyDecoder decoder = BodyPipeline.requestDecoder(header(Security.AES_128_GCM, 0x0d));

    assertThat(feed(decoder, chunk)).containsExactly(1, 2, 3);
    assertThat(feed(decoder, new byte[] {end[0]})).isEmpty();
    assertThat(decoder.ended()).isFalse();
    assertThat(feed(decoder, new byte[] {end[1]})).isEmpty();
    assertThat(decoder.ended()).isTrue();
    assertThat(feed(decoder, new byte[1000])).isEmpty();
    assertThat(decoder.atBoundary()).isTrue();
  }

  @Test
  void releasesACutChunkWhenClosed() {
    BodyDecoder decoder = BodyPipeline.requestDecoder(header(Security.AES_128_GCM, 0x01));
    feed(decoder, new byte[] {0, 100, 1, 2, 3});
    assertThat(alloc.metric().usedHeapMemory()).isPositive();

    decoder.close();
    decoder.close();

    assertThat(alloc.metric().usedHeapMemory()).isZero();
  }

  @Test
  void rawBodiesPassUnchanged() {
    RequestHeader header = header(Security.ZERO, 0x00);
    BodyDecoder decoder = BodyPipeline.responseDecoder(header);

    assertThat(sealed(BodyPipeline.responseEncoder(header), new byte[] {1, 2}))
        .containsExactly(1, 2);
    assertThat(feed(decoder, new byte[] {3, 4})).containsExactly(3, 4);
    assertThat(feed(decoder, new byte[0])).isEmpty();
    assertThat(decoder.ended()).isFalse();
    assertThat(decoder.atBoundary()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0x08, 0x09, 0x18, 0x19})
  void refusesOptionsThatNoHeaderCanHave(int options) {
    RequestHeader header = header(Security.AES_128_GCM, options);

    assertThatThrownBy(() -> BodyPipeline.requestEncoder(header))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("options 0x%02x".formatted(options));
    assertThatThrownBy(() -> BodyPipeline.responseDecoder(header))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readsBackWhateverItWritesInAnyPieces() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      Security security = List.of(Security.values()).get(random.nextInt(5));
      int bits = new int[] {0x00, 0x01, 0x04, 0x05, 0x0c, 0x0d}[random.nextInt(6)];
      bits |= random.nextInt(2) * BodyOptions.AUTHENTICATED_LENGTH;
      RequestHeader header = header(security, bits);
      byte[] plain = new byte[random.nextInt(200_000)];
      random.nextBytes(plain);

      assertThat(thereAndBack(header, plain, random))
          .as("seed %d, %s %s", seed, security, header.options())
          .isEqualTo(plain);
    }
  }

  private byte[] thereAndBack(RequestHeader header, byte[] plain, Random random) {
    BodyEncoder encoder = BodyPipeline.responseEncoder(header);
    ByteBuf wire = PooledByteBufAllocator.DEFAULT.directBuffer();
    for (int at = 0; at < plain.length; ) {
      int length = Math.min(plain.length - at, 1 + random.nextInt(40_000));
      encoder.encode(Unpooled.wrappedBuffer(plain, at, length), wire);
      at += length;
    }
    encoder.end(wire);
    BodyDecoder decoder = BodyPipeline.responseDecoder(header);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    while (wire.isReadable()) {
      int length = Math.min(wire.readableBytes(), 1 + random.nextInt(random.nextInt(100_000) + 1));
      ByteBuf part = decoder.decode(alloc, wire.readSlice(length));
      if (part != null) {
        out.writeBytes(ByteBufUtil.getBytes(part));
        part.release();
      }
    }
    assertThat(wire.refCnt()).isEqualTo(1);
    wire.release();
    assertThat(decoder.atBoundary()).isTrue();
    return out.toByteArray();
  }

  private byte[] feed(BodyDecoder decoder, byte[] wire) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BodyCase.feed(decoder, alloc, wire, 0, wire.length, out);
    return out.toByteArray();
  }
}
