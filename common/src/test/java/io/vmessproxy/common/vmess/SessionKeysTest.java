package io.vmessproxy.common.vmess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmessproxy.common.ScriptedRandom;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SessionKeysTest {
  private static final byte[] KEY = HexFormat.of().parseHex("f0e1d2c3b4a5968778695a4b3c2d1e0f");
  private static final byte[] IV = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");

  /** Vector: {@code response_headers.json}. */
  @Test
  void derivesTheReferenceResponseKeys() {
    SessionKeys keys = SessionKeys.of(KEY, IV, (byte) 0xa7);

    assertThat(HexFormat.of().formatHex(keys.responseKey()))
        .isEqualTo("6995d874e546bd6eae594d5ef6b696ba");
    assertThat(HexFormat.of().formatHex(keys.responseIv()))
        .isEqualTo("be45cb2605bf36bebde684841a28f0fd");
  }

  @Test
  void drawsKeyIvAndAuthByteOfItsOwn() {
    byte[] script = new byte[33];
    for (int i = 0; i < script.length; i++) {
      script[i] = (byte) i;
    }

    SessionKeys keys = SessionKeys.random(new ScriptedRandom(script));

    assertThat(keys.requestKey()).startsWith(0, 1).endsWith(15);
    assertThat(keys.requestIv()).startsWith(16, 17).endsWith(31);
    assertThat(keys.responseAuth()).isEqualTo((byte) 32);
  }

  @Test
  void keepsItsArraysToItself() {
    byte[] key = KEY.clone();
    SessionKeys keys = SessionKeys.of(key, IV, (byte) 1);

    key[0] = 0;
    keys.requestIv()[0] = 99;

    assertThat(keys).isEqualTo(SessionKeys.of(KEY, IV, (byte) 1));
  }

  @Test
  void differsInEveryPart() {
    SessionKeys keys = SessionKeys.of(KEY, IV, (byte) 1);

    assertThat(keys)
        .isNotEqualTo(SessionKeys.of(IV, IV, (byte) 1))
        .isNotEqualTo(SessionKeys.of(KEY, KEY, (byte) 1))
        .isNotEqualTo(SessionKeys.of(KEY, IV, (byte) 2));
  }

  @Test
  void showsNothing() {
    assertThat(SessionKeys.of(KEY, IV, (byte) 1)).hasToString("SessionKeys[secret]");
  }

  @Test
  void refusesOtherLengths() {
    assertThatThrownBy(() -> SessionKeys.of(new byte[15], IV, (byte) 0))
        .hasMessage("request key: 15 bytes (expected: 16)");
    assertThatThrownBy(() -> SessionKeys.of(KEY, new byte[17], (byte) 0))
        .hasMessage("request IV: 17 bytes (expected: 16)");
  }
}
