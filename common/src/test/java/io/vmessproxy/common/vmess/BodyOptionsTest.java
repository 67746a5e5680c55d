package io.vmessproxy.common.vmess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vmessproxy.common.net.Address;
import io.vmessproxy.common.net.Destination;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyOptionsTest {
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          AES_128_CFB,       TCP, 0x01
          AES_128_CFB,       UDP, 0x01
          AES_128_CFB,       MUX, 0x01
          AES_128_GCM,       TCP, 0x0d
          AES_128_GCM,       UDP, 0x05
          AES_128_GCM,       MUX, 0x0d
          CHACHA20_POLY1305, TCP, 0x0d
          CHACHA20_POLY1305, UDP, 0x05
          CHACHA20_POLY1305, MUX, 0x0d
          NONE,              TCP, 0x05
          NONE,              UDP, 0x05
          NONE,              MUX, 0x05
          ZERO,              TCP, 0x00
          ZERO,              UDP, 0x01
          ZERO,              MUX, 0x00
          """)
  void recommendsWhatEveryServerUnderstands(Security security, Command command, String bits) {
    assertThat(BodyOptions.recommended(security, command)).hasToString(bits);
  }

  @Test
  void readsItsBits() {
    BodyOptions all = new BodyOptions(0x1d);

    assertThat(all.chunkStream()).isTrue();
    assertThat(all.masking()).isTrue();
    assertThat(all.padding()).isTrue();
    assertThat(all.authenticatedLength()).isTrue();
    assertThat(new BodyOptions(0xe2).chunkStream()).isFalse();
    assertThat(new BodyOptions(0xe2).masking()).isFalse();
    assertThat(new BodyOptions(0xe2).padding()).isFalse();
    assertThat(new BodyOptions(0xe2).authenticatedLength()).isFalse();
  }

  @Test
  void takesMoreBits() {
    assertThat(new BodyOptions(0x05).with(BodyOptions.AUTHENTICATED_LENGTH)).hasToString("0x15");
    assertThat(new BodyOptions(0x15).with(BodyOptions.CHUNK_STREAM)).hasToString("0x15");
  }

  @Test
  void isOneByte() {
    assertThatThrownBy(() -> new BodyOptions(0x100)).hasMessage("options: 256 (expected: 0..255)");
  }

  @Test
  void headersNameADestinationExactlyWhenTheyAreNotForMux() {
    SessionKeys keys = SessionKeys.of(new byte[16], new byte[16], (byte) 0);
    BodyOptions none = new BodyOptions(0);
    Destination there = new Destination(Address.of("there.example"), 80);

    assertThatThrownBy(() -> new RequestHeader(keys, none, Security.ZERO, Command.MUX, there))
        .hasMessageContaining("there.example:80 with command MUX (expected: none exactly for MUX)");
    assertThatThrownBy(() -> new RequestHeader(keys, none, Security.ZERO, Command.TCP, null))
        .hasMessageContaining("null with command TCP");
    assertThat(new RequestHeader(keys, none, Security.ZERO, Command.TCP, there).toString())
        .contains("SessionKeys[secret]");
  }
}
