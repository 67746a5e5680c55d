package io.vmessproxy.common.vmess.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmessproxy.common.ScriptedRandom;
import io.vmessproxy.common.Vectors;
import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.UserId;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Vectors: {@code request_headers.json} and {@code captured_v2ray434.json}. */
class AeadSealTest {
  private static final CommandKey KEY =
      CommandKey.of(UserId.parse("b831381d-6324-4d53-ad4f-8cda48b30811"));

  static List<JsonObject> headers() {
    List<JsonObject> cases = Vectors.of("request_headers", "aead", v -> true);
    assertThat(cases).hasSize(13);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("headers")
  void sealsTheReferenceBytes(JsonObject vector) {
    byte[] padding = Vectors.bytes(vector, "padding");
    byte[] drawn = new byte[4 + 8 + 1 + 15];
    ByteBuffer.wrap(drawn)
        .put(Vectors.bytes(vector, "random"))
        .put(Vectors.bytes(vector, "connection_nonce"))
        .put((byte) (0xf0 | padding.length)) // Only the low half counts.
        .put(padding);
    ByteBuf out = Unpooled.buffer(AeadSeal.MAX_BYTES, AeadSeal.MAX_BYTES);

    AeadSeal.seal(
        Vectors.header(vector, HeaderForm.AEAD),
        CommandKey.of(UserId.of(Vectors.bytes(vector, "uuid"))),
        vector.get("time").getAsLong(),
        new ScriptedRandom(drawn),
        out);

    assertThat(ByteBufUtil.hexDump(out)).isEqualTo(Vectors.text(vector, "wire"));
    out.release();
  }

  @ParameterizedTest
  @MethodSource("headers")
  void opensTheReferenceBytes(JsonObject vector) {
    Sealed sealed = Sealed.of(Vectors.bytes(vector, "wire"));
    CommandKey key = CommandKey.of(UserId.of(Vectors.bytes(vector, "uuid")));

    assertThat(AuthId.open(key, sealed.authId)).hasValue(vector.get("time").getAsLong());
    assertThat(sealed.open(key)).isEqualTo(Vectors.header(vector, HeaderForm.AEAD));
  }

  static List<JsonObject> captures() {
    List<JsonObject> cases =
        Vectors.of(
            "captured_v2ray434",
            "captures",
            v -> Vectors.text(v, "kind").equals("request") && v.get("aead").getAsBoolean());
    assertThat(cases).hasSize(14);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("captures")
  void opensWhatV2RaySent(JsonObject vector) {
    Sealed sealed = Sealed.of(Vectors.bytes(vector, "header_wire"));
    CommandKey key = CommandKey.of(UserId.of(Vectors.bytes(vector, "uuid")));

    assertThat(AuthId.open(key, sealed.authId)).hasValue(vector.get("time").getAsLong());
    assertThat(sealed.open(key)).isEqualTo(Vectors.header(vector, HeaderForm.AEAD));
  }

  @Test
  void refusesAnyChangedByte() {
    byte[] wire = Vectors.bytes(headers().get(0), "wire");

    for (int i = 0; i < wire.length; i++) {
      byte[] changed = wire.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> Sealed.of(changed).open(KEY))
          .isInstanceOf(VmessException.class)
          .hasMessageMatching(
              "request header: the tag of the (length|instruction block) does not fit");
    }
  }

  @Test
  void refusesAnotherUsersHeader() {
    Sealed sealed = Sealed.of(Vectors.bytes(headers().get(0), "wire"));
    CommandKey other = CommandKey.of(UserId.of(new byte[UserId.BYTES]));

    assertThatThrownBy(() -> sealed.open(other))
        .hasMessage("request header: the tag of the length does not fit");
  }

  @Test
  void drawsAnewForEveryHeader() {
    RequestHeader header = Vectors.header(headers().get(0), HeaderForm.AEAD);
    ByteBuf out = Unpooled.buffer();
    var random = new SecureRandom();

    AeadSeal.seal(header, KEY, 1, random, out);
    String first = HexFormat.of().formatHex(ByteBufUtil.getBytes(out), 0, 16);
    out.clear();
    AeadSeal.seal(header, KEY, 1, random, out);

    assertThat(HexFormat.of().formatHex(ByteBufUtil.getBytes(out), 0, 16)).isNotEqualTo(first);
    assertThat(Sealed.of(ByteBufUtil.getBytes(out)).open(KEY)).isEqualTo(header);
    out.release();
  }

  /** A sealed header, cut where a server cuts it. */
  private static final class Sealed {
    private final byte[] authId;
    private final byte[] length;
    private final byte[] nonce;
    private final byte[] block;

    private Sealed(byte[] wire) {
      authId = Arrays.copyOf(wire, 16);
      length = Arrays.copyOfRange(wire, 16, 34);
      nonce = Arrays.copyOfRange(wire, 34, 42);
      block = Arrays.copyOfRange(wire, 42, wire.length);
    }

    static Sealed of(byte[] wire) {
      return new Sealed(wire);
    }

    RequestHeader open(CommandKey key) {
      assertThat(AeadSeal.openLength(key, authId, length, nonce)).isEqualTo(block.length);
      return AeadSeal.openHeader(key, authId, nonce, block);
    }
  }
}
