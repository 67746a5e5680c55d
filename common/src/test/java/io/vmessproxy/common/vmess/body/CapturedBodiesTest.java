package io.vmessproxy.common.vmess.body;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.vmessproxy.common.Vectors;
import io.vmessproxy.common.crypto.AesCfb;
import io.vmessproxy.common.vmess.Command;
import io.vmessproxy.common.vmess.RequestHeader;
import io.vmessproxy.common.vmess.Security;
import io.vmessproxy.common.vmess.SessionKeys;
import io.vmessproxy.common.vmess.header.ResponseHeaderCodec;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Vectors: {@code captured_v2ray434.json}, bytes that V2Ray 4.34.0 sent or accepted. */
class CapturedBodiesTest {
  private final UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(false);

  @AfterEach
  void everyBufferIsReleased() {
    assertThat(alloc.metric().usedHeapMemory() + alloc.metric().usedDirectMemory()).isZero();
  }

  private static List<JsonObject> captures(String kind) {
    return Vectors.of("captured_v2ray434", "captures", v -> Vectors.text(v, "kind").equals(kind));
  }

  static List<JsonObject> requests() {
    List<JsonObject> cases = captures("request");
    assertThat(cases).hasSize(14 + 13);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("requests")
  void decodesARequestOfV2Ray(JsonObject vector) {
    byte[] wire = Vectors.bytes(vector, "body_wire");
    List<byte[]> payloads = Vectors.list(vector, "body_payloads");

    for (int cut = 0; cut <= wire.length; cut += wire.length > 200 ? 97 : 1) {
      BodyDecoder decoder = BodyPipeline.requestDecoder(header(vector));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      BodyCase.feed(decoder, alloc, wire, 0, cut, out);
      BodyCase.feed(decoder, alloc, wire, cut, wire.length, out);

      assertThat(out.toByteArray()).isEqualTo(BodyCase.joined(payloads));
      assertThat(decoder.ended()).isEqualTo(payloads.get(payloads.size() - 1).length == 0);
      assertThat(decoder.atBoundary()).isTrue();
      decoder.close();
    }
  }

  static List<JsonObject> responses() {
    List<JsonObject> cases = captures("response");
    assertThat(cases).hasSize(10 + 10);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("responses")
  void decodesAResponseOfV2RayByteByByte(JsonObject vector) {
    SessionKeys keys =
        SessionKeys.of(
            Vectors.bytes(vector, "request_key"),
            Vectors.bytes(vector, "request_iv"),
            (byte) Vectors.number(vector, "v"),
            Vectors.form(vector, "aead"));
    RequestHeader header =
        BodyCase.header(
            keys,
            Security.of(Vectors.number(vector, "security")),
            Vectors.number(vector, "option"),
            Command.TCP);

    assertThat(decodeByteByByte(Vectors.bytes(vector, "wire"), header))
        .isEqualTo(BodyCase.joined(Vectors.list(vector, "payloads")));
  }

  static List<JsonObject> acceptedResponses() {
    List<JsonObject> cases = captures("request");
    cases.removeIf(v -> !v.has("our_response_accepted"));
    assertThat(cases).hasSize(15);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("acceptedResponses")
  void decodesAResponseThatV2RayAccepted(JsonObject vector) {
    RequestHeader header = header(vector);

    byte[] plain = decodeByteByByte(Vectors.bytes(vector, "our_response_accepted"), header);

    assertThat(plain).isNotEmpty();
  }

  private static RequestHeader header(JsonObject vector) {
    return Vectors.header(vector, Vectors.form(vector, "aead"));
  }

  /** Header, body and end chunk of a whole response. */
  private byte[] decodeByteByByte(byte[] wire, RequestHeader header) {
    AesCfb stream = ResponseHeaderCodec.decryptingStream(header.keys());
    BodyDecoder decoder = BodyPipeline.responseDecoder(header, stream);
    ByteBuf in = Unpooled.buffer();
    int at = 0;
    while (ResponseHeaderCodec.decode(in, header.keys(), stream) == null) {
      in.writeByte(wire[at++]);
    }
    assertThat(ByteBufUtil.getBytes(in)).isEmpty();
    in.release();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (; at < wire.length; at++) {
      BodyCase.feed(decoder, alloc, wire, at, at + 1, out);
    }
    assertThat(decoder.ended()).isTrue();
    return out.toByteArray();
  }
}
