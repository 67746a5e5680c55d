package io.vmessproxy.common.vmess.body;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vmessproxy.common.Vectors;
import io.vmessproxy.common.crypto.RandomBytes;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Vectors: {@code bodies.json} and {@code counter.json}. */
class BodyVectorsTest {
  private final UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(false);

  @AfterEach
  void everyBufferIsReleased() {
    assertThat(alloc.metric().usedHeapMemory() + alloc.metric().usedDirectMemory()).isZero();
  }

  static List<BodyCase> bodies() {
    List<BodyCase> cases =
        Vectors.of("bodies", "bodies", v -> true).stream().map(BodyCase::of).toList();
    assertThat(cases).hasSize(126);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void decodesABodySplitAtEveryByte(BodyCase body) {
    byte[] wire = BodyCase.joined(body.chunks());
    byte[] plain = BodyCase.joined(body.payloads());

    for (int cut = 0; cut <= wire.length; cut++) {
      BodyDecoder decoder = body.decoder();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      BodyCase.feed(decoder, alloc, wire, 0, cut, out);
      BodyCase.feed(decoder, alloc, wire, cut, wire.length, out);

      assertThat(out.toByteArray()).as("cut at %d", cut).isEqualTo(plain);
      assertThat(decoder.ended()).isEqualTo(body.chunked());
      assertThat(decoder.atBoundary()).isTrue();
      decoder.close();
    }
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void decodesABodyByteByByteAndKnowsItsBoundaries(BodyCase body) {
    BodyDecoder decoder = body.decoder();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    List<byte[]> payloads = body.payloads();

    for (int n = 0; n < payloads.size(); n++) {
      byte[] chunk = body.chunks().get(n);
      boolean end = payloads.get(n).length == 0;
      for (int i = 0; i < chunk.length; i++) {
        // The end is known with its size field; anywhere else inside a chunk is no boundary.
        assertThat(decoder.atBoundary())
            .isEqualTo(!body.chunked() || i == 0 || (end && i >= body.sizeBytes()));
        assertThat(decoder.ended()).isEqualTo(end && i >= body.sizeBytes());
        BodyCase.feed(decoder, alloc, chunk, i, i + 1, out);
      }
      expected.writeBytes(payloads.get(n));
      assertThat(out.toByteArray()).isEqualTo(expected.toByteArray());
    }
    assertThat(decoder.ended()).isEqualTo(body.chunked());
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void encodesTheReferenceBytes(BodyCase body) {
    int n = 0;
    int[] current = {0};
    List<byte[]> decrypted = body.decryptedChunks();
    // The vector's padding bytes, which stand last in its chunks, in place of random ones.
    RandomBytes padding =
        (out, offset, length) -> {
          byte[] chunk = decrypted.get(current[0]);
          System.arraycopy(chunk, chunk.length - length, out, offset, length);
        };
    BodyEncoder encoder = body.encoder(padding);

    for (byte[] payload : body.payloads()) {
      current[0] = n;
      byte[] expected = body.chunks().get(n++);
      ByteBuf in = Unpooled.wrappedBuffer(payload);
      ByteBuf out = alloc.buffer();
      if (payload.length == 0) {
        encoder.end(out);
        // Without the option no end is written, where a chunk stands in the vector.
        expected = body.header().options().chunkStream() ? expected : new byte[0];
      } else {
        encoder.encode(in, out);
        assertThat(encoder.sealedBytes(payload.length)).isGreaterThanOrEqualTo(expected.length);
      }
      assertThat(in.isReadable()).isFalse();
      assertThat(ByteBufUtil.hexDump(out)).isEqualTo(ByteBufUtil.hexDump(expected));
      out.release();
    }
  }

  static List<JsonObject> chaCha20Keys() {
    List<JsonObject> cases = Vectors.of("primitives", "chacha_key", v -> true);
    assertThat(cases).hasSize(2);
    return cases;
  }

  /** Vectors: {@code primitives.json}. */
  @ParameterizedTest
  @MethodSource("chaCha20Keys")
  void derivesTheReferenceChaCha20Key(JsonObject vector) {
    assertThat(AeadChunkCipher.chaCha20Key(Vectors.bytes(vector, "key")))
        .isEqualTo(Vectors.bytes(vector, "output"));
  }

  static List<JsonObject> counters() {
    List<JsonObject> cases = Vectors.of("counter", "counter", v -> true);
    assertThat(cases).hasSize(2);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("counters")
  void countsChunksTo65535AndThenFromZero(JsonObject vector) {
    RequestHeader header =
        BodyCase.header(
            SessionKeys.of(Vectors.bytes(vector, "key"), Vectors.bytes(vector, "iv"), (byte) 0),
            Security.of(Vectors.number(vector, "security")),
            0x01,
            Command.TCP);
    BodyEncoder encoder = BodyPipeline.requestEncoder(header);
    BodyDecoder decoder = BodyPipeline.requestDecoder(header);
    JsonObject expected = vector.getAsJsonObject("chunks");
    assertThat(expected.size()).isEqualTo(9);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteBuf sealed = alloc.buffer();
    int compared = 0;

    for (int n = 0; n < 70_000; n++) {
      sealed.clear();
      encoder.encode(Unpooled.wrappedBuffer(new byte[] {'x'}), sealed);
      byte[] chunk = ByteBufUtil.getBytes(sealed);
      if (expected.has(Integer.toString(n))) {
        assertThat(ByteBufUtil.hexDump(Arrays.copyOfRange(chunk, 2, chunk.length)))
            .isEqualTo(expected.get(Integer.toString(n)).getAsString());
        compared++;
      }
      BodyCase.feed(decoder, alloc, chunk, 0, chunk.length, out);
    }

    assertThat(compared).isEqualTo(9);
    assertThat(out.toByteArray()).hasSize(70_000).containsOnly('x');
    sealed.release();
  }
}
