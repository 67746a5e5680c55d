package io.vmessproxy.common.vmess.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
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
    "NONE, 0x01, 2",
    "ZERO, 0x01, 2",
    "AES_128_GCM, 0x00, 0",
    "CHACHA20_POLY1305, 0x00, 0",
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
    new AeadChunkCipher(new AesGcm(KEY), IV).seal(plain, 0, plain.length, wire, 2);

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
        .hasMessage("chunk 6: the tag of 10016 sealed bytes does not fit");
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
  @ValueSource(ints = {0x08, 0x09, 0x11, 0x1d})
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
      Security security = List.of(Security.values()).get(random.nextInt(4));
      Command command = List.of(Command.values()).get(random.nextInt(2));
      int bits = new int[] {0x00, 0x01, 0x04, 0x05, 0x0c, 0x0d}[random.nextInt(6)];
      RequestHeader header = BodyCase.header(KEYS, security, bits, command);
      byte[] plain = new byte[random.nextInt(200_000)];
      random.nextBytes(plain);

      assertThat(thereAndBack(header, plain, random))
          .as("seed %d, %s %s %s", seed, security, command, new BodyOptions(bits))
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
