package io.vmessproxy.common.vmess.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.vmessproxy.common.Vectors;
import io.vmessproxy.common.crypto.AesCfb;
import io.vmessproxy.common.crypto.AesGcm;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.vmess.HeaderForm;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.VmessException;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import io.vmessproxy.common.vmess.account.UserId;
import io.vmessproxy.common.vmess.header.Kdf.Salt;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Vectors: {@code response_headers.json} and {@code captured_v2ray434.json}. */
class ResponseHeaderCodecTest {
  private static final UserId USER = UserId.parse("27848739-7e62-4138-9fd3-098a63964b6b");

  private static SessionKeys keys(HeaderForm form) {
    return SessionKeys.of(new byte[16], new byte[16], (byte) 0xa7, form);
  }

  /** A header of a vector, whole. */
  record Case(String name, SessionKeys keys, JsonObject vector) {
    static Case of(JsonObject vector, HeaderForm form) {
      SessionKeys keys =
          SessionKeys.of(
              Vectors.bytes(vector, "request_key"),
              Vectors.bytes(vector, "request_iv"),
              Vectors.bytes(vector, "plain")[0],
              form);
      return new Case(Vectors.text(vector, "desc"), keys, vector);
    }

    byte[] wire() {
      return Vectors.bytes(vector, "wire");
    }

    boolean hasCommand() {
      return Vectors.bytes(vector, "plain")[2] != 0;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** In both forms, without and with a suggestion. */
  static List<Case> headers() {
    List<Case> cases =
        Vectors.of("response_headers", "headers", v -> true).stream()
            .map(
                v ->
                    Case.of(
                        v,
                        Vectors.text(v, "desc").startsWith("AEAD")
                            ? HeaderForm.AEAD
                            : HeaderForm.LEGACY))
            .toList();
    assertThat(cases).hasSize(6);
    return cases;
  }

  static List<Case> captures() {
    List<Case> cases =
        Vectors.of(
                "captured_v2ray434",
                "captures",
                v -> Vectors.text(v, "kind").equals("response_header"))
            .stream()
            .map(v -> Case.of(v, Vectors.form(v, "aead")))
            .toList();
    assertThat(cases).hasSize(2);
    return cases;
  }

  @ParameterizedTest
  @MethodSource({"headers", "captures"})
  void readsAHeaderOnceItIsWholeAndWritesItsBytesAgain(Case header) {
    ByteBuf in = Unpooled.buffer();
    in.writeZero(3).skipBytes(3);
    for (byte b : header.wire()) {
      assertThat(ResponseHeaderCodec.decode(in, header.keys)).isNull();
      assertThat(in.readerIndex()).isEqualTo(3);
      in.writeByte(b);
    }
    in.writeByte(99);

    ResponseHeader read = ResponseHeaderCodec.decode(in, header.keys);

    assertThat(read).isNotNull();
    assertThat(in.readByte()).isEqualTo((byte) 99);
    assertThat(in.isReadable()).isFalse();
    in.release();
    assertThat(read.suggestion() != null).isEqualTo(header.hasCommand());
    ByteBuf out = Unpooled.buffer();
    ResponseHeaderCodec.encode(header.keys, read.suggestion(), out);
    assertThat(ByteBufUtil.getBytes(out)).isEqualTo(header.wire());
    out.release();
  }

  @ParameterizedTest
  @MethodSource("captures")
  void readsTheSuggestionOfV2Ray(Case capture) {
    JsonObject decoded = capture.vector.getAsJsonObject("decoded");

    ResponseHeader header =
        ResponseHeaderCodec.decode(Unpooled.wrappedBuffer(capture.wire()), capture.keys);

    assertThat(header.suggestion())
        .isEqualTo(
            new SwitchAccount(
                null,
                Vectors.number(decoded, "port"),
                UserId.of(Vectors.bytes(decoded, "uuid")),
                Vectors.number(decoded, "alter"),
                Vectors.number(decoded, "level"),
                Vectors.number(decoded, "valid_min")));
  }

  @ParameterizedTest
  @EnumSource(HeaderForm.class)
  void refusesAHeaderForAnotherRequest(HeaderForm form) {
    ByteBuf in = sealed(keys(form), new byte[] {(byte) 0xa6, 0, 0, 0});

    assertThatThrownBy(() -> ResponseHeaderCodec.decode(in, keys(form)))
        .isInstanceOf(VmessException.class)
        .hasMessage(
            "response header: authentication byte 0xa6 (expected: 0xa7, as in the request)");
    in.release();
  }

  @Test
  void refusesAShortHeader() {
    ByteBuf in = sealed(keys(HeaderForm.AEAD), new byte[] {(byte) 0xa7, 0, 0});

    assertThatThrownBy(() -> ResponseHeaderCodec.decode(in, keys(HeaderForm.AEAD)))
        .hasMessage("response header: 3 bytes (expected: >= 4)");
    in.release();
  }

  @ParameterizedTest
  @CsvSource({
    // Option, command and its length, data: an unknown command.
    "AEAD,   0d 07 02 0102",
    "LEGACY, 0d 07 02 0102",
    // A suggestion with a wrong checksum.
    "AEAD,   00 01 1b 55cda874002766278487397e6241389fd3098a63964b6b00100104",
    "LEGACY, 00 01 1b 55cda874002766278487397e6241389fd3098a63964b6b00100104",
    // One without the byte for minutes, its checksum being right; one cut inside its checksum.
    "AEAD,   00 01 1a 3ef3ce39002766278487397e6241389fd3098a63964b6b001001",
    "LEGACY, 00 01 1a 3ef3ce39002766278487397e6241389fd3098a63964b6b001001",
    "LEGACY, 00 01 03 55cda8",
    // Command 1 without data.
    "AEAD,   00 01 00 ''",
    "LEGACY, 00 01 00 ''",
    // More data than the sealed block has.
    "AEAD,   00 01 1b 55cda874"
  })
  void ignoresTheOptionAndACommandThatIsUnknownOrBroken(HeaderForm form, String fields) {
    byte[] block = HexFormat.of().parseHex("a7" + fields.replaceAll("[ ']", ""));
    ByteBuf in = sealed(keys(form), block).writeByte(99);

    ResponseHeader header = ResponseHeaderCodec.decode(in, keys(form));

    assertThat(header).isEqualTo(new ResponseHeader(null));
    assertThat(in.readableBytes()).isEqualTo(1);
    in.release();
  }

  /** So does V2Ray, which would else wait for bytes that are the body's. */
  @Test
  void readsNoDataWithoutACommand() {
    ByteBuf in = sealed(keys(HeaderForm.LEGACY), new byte[] {(byte) 0xa7, 0, 0, 5});

    assertThat(ResponseHeaderCodec.decode(in, keys(HeaderForm.LEGACY))).isNotNull();
    assertThat(in.isReadable()).isFalse();
    in.release();
  }

  @Test
  void refusesAnyChangedByte() {
    Case header = headers().get(0);
    for (int i = 0; i < header.wire().length; i++) {
      byte[] changed = header.wire();
      changed[i] ^= 1;
      ByteBuf in = Unpooled.wrappedBuffer(changed);
      assertThatThrownBy(() -> ResponseHeaderCodec.decode(in, header.keys))
          .isInstanceOf(VmessException.class)
          .hasMessage(
              "response header: the tag of the %s does not fit"
                  .formatted(i < 18 ? "length" : "block"));
      in.release();
    }
  }

  /** An aes-128-cfb body goes on in it. */
  @ParameterizedTest
  @CsvSource({"AEAD, 0", "LEGACY, 31"})
  void leavesTheCfbStreamBehindItsOwnBytes(HeaderForm form, int used) {
    SwitchAccount suggestion = new SwitchAccount(null, 10086, USER, 16, 1, 5);
    AesCfb encrypting = ResponseHeaderCodec.encryptingStream(keys(form));
    AesCfb decrypting = ResponseHeaderCodec.decryptingStream(keys(form));
    ByteBuf wire = Unpooled.buffer();
    ResponseHeaderCodec.encode(keys(form), suggestion, encrypting, wire);
    for (int length = 0; length < wire.readableBytes(); length++) {
      ByteBuf part = wire.slice(0, length);
      assertThat(ResponseHeaderCodec.decode(part, keys(form), decrypting)).isNull();
    }
    byte[] sealed = ByteBufUtil.getBytes(wire);
    assertThat(ResponseHeaderCodec.decode(wire, keys(form), decrypting))
        .isEqualTo(new ResponseHeader(suggestion));

    byte[] body = {1, 2, 3, 4, 5};
    encrypting.apply(body, 0, 5);

    AesCfb reference = ResponseHeaderCodec.decryptingStream(keys(form));
    reference.apply(sealed, 0, used);
    byte[] expected = body.clone();
    reference.apply(expected, 0, 5);
    decrypting.apply(body, 0, 5);
    assertThat(body).containsExactly(1, 2, 3, 4, 5).isEqualTo(expected);
    wire.release();
  }

  @Test
  void neverWritesMoreThanItsMost() {
    Address host = new Address.Domain("x".repeat(228));
    ByteBuf out = Unpooled.buffer();

    ResponseHeaderCodec.encode(
        keys(HeaderForm.AEAD), new SwitchAccount(host, 1, USER, 0, 0, 0), out);

    assertThat(out.readableBytes()).isEqualTo(ResponseHeaderCodec.MAX_BYTES);
    assertThat(ResponseHeaderCodec.decode(out, keys(HeaderForm.AEAD)).suggestion().host())
        .isEqualTo(host);
    out.release();
  }

  private static ByteBuf sealed(SessionKeys keys, byte[] block) {
    ByteBuf out = Unpooled.buffer();
    if (keys.form() == HeaderForm.LEGACY) {
      byte[] encrypted = block.clone();
      ResponseHeaderCodec.encryptingStream(keys).apply(encrypted, 0, encrypted.length);
      return out.writeBytes(encrypted);
    }
    byte[] key = keys.responseKey();
    byte[] iv = keys.responseIv();
    byte[] nothing = {};
    return out.writeBytes(
            AesGcm.seal(
                Salt.RESPONSE_LENGTH_KEY.key(key),
                Salt.RESPONSE_LENGTH_NONCE.nonce(iv),
                nothing,
                new byte[] {0, (byte) block.length}))
        .writeBytes(
            AesGcm.seal(Salt.RESPONSE_KEY.key(key), Salt.RESPONSE_NONCE.nonce(iv), nothing, block));
  }
}
