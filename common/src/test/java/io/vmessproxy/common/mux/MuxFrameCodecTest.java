package io.vmessproxy.common.mux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vmessproxy.common.Vectors;
import io.vmessproxy.common.mux.MuxFrameDecoder.DataForm;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import io.vmessproxy.common.net.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MuxFrameCodecTest {
  private static final ByteBufAllocator ALLOC = UnpooledByteBufAllocator.DEFAULT;

  private final Collector collector = new Collector();
  private final MuxFrameDecoder decoder = new MuxFrameDecoder(collector, ALLOC);

  @AfterEach
  void close() {
    decoder.close();
  }

  static List<JsonObject> vectors() {
    List<JsonObject> vectors = Vectors.of("mux", "frames", all -> true);
    assertThat(vectors).hasSize(13);
    return vectors;
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void writesTheVectors(JsonObject vector) {
    MuxFrame frame = frame(vector);
    byte[] data = data(vector);

    ByteBuf out =
        frame.hasData()
            ? WireFrames.encode(frame, Unpooled.wrappedBuffer(data))
            : WireFrames.encode(frame);

    assertThat(ByteBufUtil.hexDump(out)).isEqualTo(Vectors.text(vector, "wire"));
    out.release();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void readsTheVectorsSplitAtEveryByte(JsonObject vector) {
    byte[] wire = Vectors.bytes(vector, "wire");

    for (int split = 0; split <= wire.length; split++) {
      collector.clear();
      decoder.decode(Unpooled.wrappedBuffer(wire, 0, split));
      decoder.decode(Unpooled.wrappedBuffer(wire, split, wire.length - split));

      assertThat(collector.frames).containsExactly(frame(vector));
      assertThat(collector.data).isEqualTo(ByteBufUtil.hexDump(data(vector)));
      assertThat(decoder.atBoundary()).isTrue();
    }
  }

  private static MuxFrame frame(JsonObject vector) {
    int id = Vectors.number(vector, "sid");
    int option = Vectors.number(vector, "option");
    boolean hasData = (option & 1) != 0;
    Destination destination =
        vector.has("host")
            ? new Destination(
                Address.of(Vectors.text(vector, "host")), Vectors.number(vector, "port"))
            : null;
    return switch (Vectors.number(vector, "status")) {
      case 1 ->
          new MuxFrame.New(
              id,
              hasData,
              Vectors.number(vector, "network") == 1 ? Network.TCP : Network.UDP,
              destination,
              vector.has("global_id") ? Long.parseLong(Vectors.text(vector, "global_id"), 16) : 0);
      case 2 -> new MuxFrame.Keep(id, hasData, destination);
      case 3 -> new MuxFrame.End(id, hasData, (option & 2) != 0);
      default -> new MuxFrame.KeepAlive(id, hasData);
    };
  }

  private static byte[] data(JsonObject vector) {
    return vector.has("data") ? Vectors.bytes(vector, "data") : new byte[0];
  }

  /** The captured streams are kept as fields, so they are put together again here. */
  @Test
  void readsTheStreamsThatV2raySent() {
    List<JsonObject> captures =
        Vectors.of("captured_v2ray434", "captures", c -> Vectors.text(c, "kind").equals("mux"));
    assertThat(captures).hasSize(2);

    for (JsonObject capture : captures) {
      collector.clear();
      List<MuxFrame> sent = new ArrayList<>();
      int bytes = 0;
      for (JsonElement element : capture.getAsJsonArray("frames")) {
        JsonObject fields = element.getAsJsonObject();
        fields.entrySet().removeIf(field -> field.getValue().isJsonNull());
        MuxFrame frame = frame(fields);
        int length = fields.has("data_len") ? Vectors.number(fields, "data_len") : 0;
        sent.add(frame);
        bytes += length;
        ByteBuf wire =
            frame.hasData()
                ? WireFrames.encode(frame, Unpooled.wrappedBuffer(new byte[length]))
                : WireFrames.encode(frame);
        decoder.decode(wire);
        wire.release();
      }

      assertThat(collector.frames).isEqualTo(sent);
      assertThat(collector.data).hasSize(2 * bytes);
    }
  }

  @ParameterizedTest
  @EnumSource(DataForm.class)
  void handsDataOutInTheFormThatIsWanted(DataForm form) {
    collector.form = form;
    byte[] wire = bytes("0004000102010003aabbcc" + "0004000103" + "00");

    for (byte one : wire) {
      decoder.decode(Unpooled.wrappedBuffer(new byte[] {one}));
    }

    assertThat(collector.parts)
        .isEqualTo(
            switch (form) {
              case NONE -> List.of();
              case PIECES -> List.of("aa", "bb", "cc");
              case WHOLE -> List.of("aabbcc");
            });
    assertThat(collector.frames).hasSize(2);
  }

  @Test
  void readsMetadataOf512BytesAndIgnoresThePadding() {
    byte[] wire = new byte[2 + 512];
    System.arraycopy(bytes("02000007" + "0100" + "010050017f000001"), 0, wire, 0, 14);

    decoder.decode(Unpooled.wrappedBuffer(wire));

    assertThat(collector.frames)
        .containsExactly(
            new MuxFrame.New(
                7, false, Network.TCP, new Destination(Address.of("127.0.0.1"), 80), 0));
  }

  @Test
  void ignoresPaddingOfAKeepThatLooksLikeAnAddressAndIsNone() {
    decoder.decode(Unpooled.wrappedBuffer(bytes("0008" + "00010200" + "02003509")));
    decoder.decode(Unpooled.wrappedBuffer(bytes("0008" + "00010200" + "ffffffff")));

    assertThat(collector.frames)
        .containsExactly(new MuxFrame.Keep(1, false, null), new MuxFrame.Keep(1, false, null));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0000 | mux: metadata of 0 bytes (expected: 4..512)",
        "0003 | mux: metadata of 3 bytes (expected: 4..512)",
        "0201 | mux: metadata of 513 bytes (expected: 4..512)",
        "ffff | mux: metadata of 65535 bytes (expected: 4..512)",
        "000400010001 | mux: status 0 (expected: 1 New, 2 Keep, 3 End or 4 KeepAlive)",
        "000400010500 | mux: status 5 (expected: 1 New, 2 Keep, 3 End or 4 KeepAlive)"
      })
  void refusesFramesBehindWhichNothingCanBeUnderstood(String wire, String message) {
    assertThatThrownBy(() -> decoder.decode(Unpooled.wrappedBuffer(bytes(wire))))
        .isInstanceOf(MuxException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00010101", // no network
        "0001010103005001" + "7f000001", // network 3
        "0001010101005009" + "7f000001", // type 9
        "0001010101005001" + "7f00", // cut
        "0001010101005002" + "02612f" // a name with a slash
      })
  void singlesOutANewThatNamesNoTarget(String metadata) {
    byte[] meta = bytes(metadata);
    ByteBuf wire = Unpooled.buffer().writeShort(meta.length).writeBytes(meta);

    decoder.decode(wire.writeShort(1).writeByte(0xaa));
    decoder.decode(Unpooled.wrappedBuffer(bytes("000400020300")));

    assertThat(collector.frames.get(0)).isInstanceOf(MuxFrame.Unreadable.class);
    assertThat(collector.frames.get(1)).isEqualTo(new MuxFrame.End(2, false, false));
  }

  @Test
  void neverFailsInAnyOtherWayOverRandomBytes() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      MuxFrameDecoder victim = new MuxFrameDecoder(new Collector(), ALLOC);
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      if (noise.length > 3) {
        noise[0] = 0; // else nearly all metadata are too long
        noise[4 % noise.length] = (byte) random.nextInt(6);
      }
      try {
        victim.decode(Unpooled.wrappedBuffer(noise));
      } catch (MuxException e) {
        assertThat(e).as("seed %d", seed).hasMessageContaining("expected");
      } finally {
        victim.close();
      }
    }
  }

  private static byte[] bytes(String hex) {
    return ByteBufUtil.decodeHexDump(hex);
  }

  private static final class Collector implements MuxFrameDecoder.Listener {
    private final List<MuxFrame> frames = new ArrayList<>();
    private final List<String> parts = new ArrayList<>();
    private String data = "";
    private DataForm form = DataForm.WHOLE;

    void clear() {
      frames.clear();
      parts.clear();
      data = "";
    }

    @Override
    public DataForm frame(MuxFrame frame) {
      frames.add(frame);
      return form;
    }

    @Override
    public void data(ByteBuf part) {
      parts.add(ByteBufUtil.hexDump(part));
      data += ByteBufUtil.hexDump(part);
      part.release();
    }
  }
}
