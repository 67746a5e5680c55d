package io.vmessproxy.common.vmess.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmessproxy.common.Vectors;
import io.vmessproxy.common.crypto.AesCfb;
import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.account.AlterIds;
import io.vmessproxy.common.vmess.account.CommandKey;
import io.vmessproxy.common.vmess.account.UserId;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Vectors: {@code request_headers.json} and {@code captured_v2ray434.json}. */
class LegacyHeaderTest {
  private static final CommandKey KEY =
      CommandKey.of(UserId.parse("b831381d-6324-4d53-ad4f-8cda48b30811"));

  static List<JsonObject> hashes() {
    List<JsonObject> cases = Vectors.of("request_headers", "legacy_hashes", v -> true);
    assertThat(cases).hasSize(10);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("hashes")
  void authenticationAndIvAreTheReferenceOnes(JsonObject vector) {
    UserId id = UserId.of(Vectors.bytes(vector, "id"));
    long time = vector.get("time").getAsLong();

    assertThat(LegacyAuth.create(id, time)).isEqualTo(Vectors.bytes(vector, "auth"));
    assertThat(LegacyAuth.under(id).of(time)).isEqualTo(Vectors.bytes(vector, "auth"));
    assertThat(LegacyAuth.iv(time)).isEqualTo(Vectors.bytes(vector, "cfb_iv"));
  }

  static List<JsonObject> headers() {
    List<JsonObject> cases = Vectors.of("request_headers", "legacy", v -> true);
    assertThat(cases).hasSize(13);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("headers")
  void sealsTheReferenceBytes(JsonObject vector) {
    ByteBuf out = Unpooled.buffer(LegacySeal.MAX_BYTES, LegacySeal.MAX_BYTES);

    LegacySeal.seal(
        Vectors.header(vector, HeaderForm.LEGACY),
        CommandKey.of(UserId.of(Vectors.bytes(vector, "uuid"))),
        UserId.of(Vectors.bytes(vector, "auth_uuid")),
        vector.get("time").getAsLong(),
        Vectors.bytes(vector, "padding"),
        out);

    assertThat(ByteBufUtil.hexDump(out)).isEqualTo(Vectors.text(vector, "wire"));
    out.release();
  }

  @ParameterizedTest
  @MethodSource("headers")
  void opensTheReferenceBytesSplitAtEveryByteAndNothingBehindThem(JsonObject vector) {
    RequestHeader header = Vectors.header(vector, HeaderForm.LEGACY);
    byte[] block = block(Vectors.bytes(vector, "wire"));
    byte[] wire = Arrays.copyOf(block, block.length + 1);
    wire[block.length] = 99;

    for (int cut = 0; cut < block.length; cut++) {
      LegacyOpener opener = opener(vector);
      ByteBuf first = Unpooled.wrappedBuffer(wire, 0, cut);
      assertThat(opener.read(first)).as("cut at %d", cut).isNull();
      assertThat(first.isReadable()).isFalse();
      ByteBuf second = Unpooled.wrappedBuffer(wire, cut, wire.length - cut);
      assertThat(opener.read(second)).as("cut at %d", cut).isEqualTo(header);
      assertThat(second.readableBytes()).isEqualTo(1);
    }
  }

  static List<JsonObject> captures() {
    List<JsonObject> cases =
        Vectors.of(
            "captured_v2ray434",
            "captures",
            v -> Vectors.text(v, "kind").equals("request") && !v.get("aead").getAsBoolean());
    assertThat(cases).hasSize(13);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("captures")
  void opensWhatV2RaySentByteByByte(JsonObject vector) {
    byte[] wire = Vectors.bytes(vector, "header_wire");
    UserId main = UserId.of(Vectors.bytes(vector, "uuid"));
    UserId authId = UserId.of(Vectors.bytes(vector, "auth_uuid"));
    long time = vector.get("time").getAsLong();
    assertThat(AlterIds.of(main, 16)).contains(authId);
    assertThat(LegacyAuth.create(authId, time)).isEqualTo(Arrays.copyOf(wire, LegacyAuth.BYTES));

    LegacyOpener opener = opener(vector);
    RequestHeader opened = null;
    for (byte one : block(wire)) {
      assertThat(opened).isNull();
      opened = opener.read(Unpooled.wrappedBuffer(new byte[] {one}));
    }

    assertThat(opened).isEqualTo(Vectors.header(vector, HeaderForm.LEGACY));
  }

  @Test
  void refusesAnyChangedByte() {
    JsonObject vector = headers().get(5); // With a domain: most kinds of fields.
    byte[] block = block(Vectors.bytes(vector, "wire"));
    for (int i = 0; i < block.length; i++) {
      byte[] changed = block.clone();
      changed[i] ^= 1;
      LegacyOpener opener = opener(vector);
      // The next block is changed with it: it may seem longer, or wrong already.
      byte[] wire = Arrays.copyOf(changed, RequestHeaderCodec.MAX_BLOCK_BYTES);
      assertThatThrownBy(() -> opener.read(Unpooled.wrappedBuffer(wire)))
          .as("byte %d", i)
          .isInstanceOf(VmessException.class)
          .hasMessageStartingWith("request header: ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          38 | 37 | 9 | command 0x09 (expected: 0x01 TCP, 0x02 UDP or 0x03 mux)
          41 | 40 | 7 | address type 7 (expected: 1 IPv4, 2 domain or 3 IPv6)
          """)
  void namesAFieldThatLeavesTheLengthOpen(int bytes, int offset, int value, String message) {
    byte[] plain = new byte[bytes];
    plain[37] = 1;
    plain[offset] = (byte) value;
    AesCfb.encrypting(KEY.bytes(), LegacyAuth.iv(1)).apply(plain, 0, bytes);
    LegacyOpener opener = new LegacyOpener(KEY, 1);

    assertThatThrownBy(() -> opener.read(Unpooled.wrappedBuffer(plain)))
        .isInstanceOf(VmessException.class)
        .hasMessage("request header: " + message);
  }

  @Test
  void neverTakesMoreThanTheLongestHeader() {
    byte[] plain = new byte[1000];
    plain[35] = (byte) 0xf1;
    plain[37] = 1;
    plain[40] = 2;
    plain[41] = (byte) 0xff;
    AesCfb.encrypting(KEY.bytes(), LegacyAuth.iv(1)).apply(plain, 0, plain.length);
    ByteBuf in = Unpooled.wrappedBuffer(plain);

    assertThatThrownBy(() -> new LegacyOpener(KEY, 1).read(in))
        .hasMessageStartingWith("request header: checksum");
    assertThat(in.readerIndex()).isEqualTo(316);
  }

  private static LegacyOpener opener(JsonObject vector) {
    return new LegacyOpener(
        CommandKey.of(UserId.of(Vectors.bytes(vector, "uuid"))), vector.get("time").getAsLong());
  }

  private static byte[] block(byte[] wire) {
    return Arrays.copyOfRange(wire, LegacyAuth.BYTES, wire.length);
  }
}
