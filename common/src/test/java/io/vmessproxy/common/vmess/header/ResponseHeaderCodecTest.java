package io.vmessproxy.common.vmess.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmessproxy.common.Vectors;
import io.vmessproxy.common.crypto.AesGcm;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.header.Kdf.Salt;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Vectors: {@code response_headers.json} and {@code captured_v2ray434.json}. */
class ResponseHeaderCodecTest {
  private static final SessionKeys KEYS = SessionKeys.of(new byte[16], new byte[16], (byte) 0xa7);

  /** Those in AEAD form, with and without a command. */
  static List<JsonObject> headers() {
    List<JsonObject> cases =
        Vectors.of("response_headers", "headers", v -> Vectors.text(v, "desc").startsWith("AEAD"));
    assertThat(cases).hasSize(3);
    List<JsonObject> captured =
        Vectors.of(
            "captured_v2ray434",
            "captures",
            v -> Vectors.text(v, "kind").equals("response_header") && v.get("aead").getAsBoolean());
    assertThat(captured).hasSize(1);
    cases.addAll(captured);
    return cases;
  }

  private static SessionKeys keys(JsonObject vector) {
    return SessionKeys.of(
        Vectors.bytes(vector, "request_key"),
        Vectors.bytes(vector, "request_iv"),
        Vectors.bytes(vector, "plain")[0]);
  }

  @Test
  void encodesTheReferenceBytes() {
    JsonObject vector = headers().get(0);
    ByteBuf out = Unpooled.buffer();

    ResponseHeaderCodec.encode(keys(vector), out);

    assertThat(ByteBufUtil.hexDump(out)).isEqualTo(Vectors.text(vector, "wire"));
    assertThat(out.readableBytes()).isEqualTo(ResponseHeaderCodec.BYTES);
    out.release();
  }

  @ParameterizedTest
  @MethodSource("headers")
  void consumesAHeaderOnceItIsWholeAndNothingBehindIt(JsonObject vector) {
    byte[] wire = Vectors.bytes(vector, "wire");
    ByteBuf in = Unpooled.buffer();
    in.writeZero(3).skipBytes(3);

    for (byte b : wire) {
      assertThat(ResponseHeaderCodec.decode(in, keys(vector))).isFalse();
      assertThat(in.readerIndex()).isEqualTo(3);
      in.writeByte(b);
    }
    in.writeByte(99);

    assertThat(ResponseHeaderCodec.decode(in, keys(vector))).isTrue();
    assertThat(in.readByte()).isEqualTo((byte) 99);
    assertThat(in.isReadable()).isFalse();
    in.release();
  }

  @Test
  void refusesAHeaderForAnotherRequest() {
    ByteBuf in = sealed(new byte[] {(byte) 0xa6, 0, 0, 0});

    assertThatThrownBy(() -> ResponseHeaderCodec.decode(in, KEYS))
        .isInstanceOf(VmessException.class)
        .hasMessage(
            "response header: authentication byte 0xa6 (expected: 0xa7, as in the request)");
    in.release();
  }

  @Test
  void refusesAShortHeader() {
    ByteBuf in = sealed(new byte[] {(byte) 0xa7, 0, 0});

    assertThatThrownBy(() -> ResponseHeaderCodec.decode(in, KEYS))
        .hasMessage("response header: 3 bytes (expected: >= 4)");
    in.release();
  }

  @Test
  void ignoresTheOptionAndDataBehindTheFields() {
    ByteBuf in = sealed(new byte[] {(byte) 0xa7, 0x0d, 7, 9, 1, 2});

    assertThat(ResponseHeaderCodec.decode(in, KEYS)).isTrue();
    in.release();
  }

  @Test
  void refusesAnyChangedByte() {
    byte[] wire = Vectors.bytes(headers().get(0), "wire");

    for (int i = 0; i < wire.length; i++) {
      byte[] changed = wire.clone();
      changed[i] ^= 1;
      ByteBuf in = Unpooled.wrappedBuffer(changed);
      assertThatThrownBy(() -> ResponseHeaderCodec.decode(in, keys(headers().get(0))))
          .isInstanceOf(VmessException.class)
          .hasMessage(
              "response header: the tag of the %s does not fit"
                  .formatted(i < 18 ? "length" : "block"));
      in.release();
    }
  }

  private static ByteBuf sealed(byte[] block) {
    byte[] key = KEYS.responseKey();
    byte[] iv = KEYS.responseIv();
    byte[] nothing = {};
    return Unpooled.wrappedBuffer(
        AesGcm.seal(
            Salt.RESPONSE_LENGTH_KEY.key(key),
            Salt.RESPONSE_LENGTH_NONCE.nonce(iv),
            nothing,
            new byte[] {0, (byte) block.length}),
        AesGcm.seal(Salt.RESPONSE_KEY.key(key), Salt.RESPONSE_NONCE.nonce(iv), nothing, block));
  }
}
