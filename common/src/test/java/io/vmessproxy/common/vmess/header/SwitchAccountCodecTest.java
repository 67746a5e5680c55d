package io.vmessproxy.common.vmess.header;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.vmessproxy.common.Vectors;
import io.vmessproxy.common.crypto.Fnv1a;
import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.vmess.account.SwitchAccount;
import io.vmessproxy.common.vmess.account.UserId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors: {@code response_headers.json}, whose commands begin with their id and length. */
class SwitchAccountCodecTest {
  private static final SwitchAccount SUGGESTION =
      new SwitchAccount(
          new Address.Domain("relay.example"), 443, UserId.of(new byte[16]), 4, 1, 30);

  static List<JsonObject> commands() {
    List<JsonObject> cases = Vectors.of("response_headers", "commands", v -> true);
    assertThat(cases).hasSize(3);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("commands")
  void isTheReferenceCommandAndBack(JsonObject vector) {
    String host = Vectors.text(vector, "host");
    SwitchAccount suggestion =
        new SwitchAccount(
            host.isEmpty() ? null : Address.of(host),
            Vectors.number(vector, "port"),
            UserId.of(Vectors.bytes(vector, "uuid")),
            Vectors.number(vector, "alter_id"),
            Vectors.number(vector, "level"),
            Vectors.number(vector, "valid_min"));
    byte[] wire = Vectors.bytes(vector, "wire");
    byte[] data = Arrays.copyOfRange(wire, 2, wire.length);
    assertThat(wire).startsWith(1, data.length);

    assertThat(SwitchAccountCodec.encode(suggestion)).isEqualTo(data);
    assertThat(SwitchAccountCodec.decode(data)).isEqualTo(suggestion);
  }

  @Test
  void ignoresWhatFollowsItsFields() {
    byte[] data = SwitchAccountCodec.encode(SUGGESTION);

    assertThat(SwitchAccountCodec.decode(checked(Arrays.copyOf(data, data.length + 3))))
        .isEqualTo(SUGGESTION);
  }

  @Test
  void isNothingWithAnyChangedByte() {
    byte[] data = SwitchAccountCodec.encode(SUGGESTION);
    for (int i = 0; i < data.length; i++) {
      byte[] changed = data.clone();
      changed[i] ^= 1;
      assertThat(SwitchAccountCodec.decode(changed)).as("byte %d", i).isNull();
    }
  }

  @Test
  void isNothingWhereverItIsCut() {
    byte[] data = SwitchAccountCodec.encode(SUGGESTION);
    for (int length = 0; length < data.length; length++) {
      byte[] cut = Arrays.copyOf(data, length);
      assertThat(SwitchAccountCodec.decode(cut)).as("length %d", length).isNull();
      if (length >= 4) {
        assertThat(SwitchAccountCodec.decode(checked(cut))).as("length %d", length).isNull();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"with space", "with:colon", "umlaut\u00fc"})
  void isNothingWithAHostThatCanBeNone(String host) {
    byte[] name = host.getBytes(StandardCharsets.ISO_8859_1);
    byte[] data =
        ByteBuffer.allocate(4 + 1 + name.length + 22)
            .putInt(0)
            .put((byte) name.length)
            .put(name)
            .array();

    assertThat(SwitchAccountCodec.decode(checked(data))).isNull();
  }

  private static byte[] checked(byte[] data) {
    return ByteBuffer.wrap(data).putInt(0, Fnv1a.of(data, 4, data.length - 4)).array();
  }
}
