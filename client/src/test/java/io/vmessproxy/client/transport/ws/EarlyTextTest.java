package io.vmessproxy.client.transport.ws;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EarlyTextTest {
  @Test
  void takesNoMoreThanItMay() {
    ByteBuf bytes = Unpooled.wrappedBuffer(new byte[] {(byte) 0xfb, (byte) 0xff, 1});

    assertThat(EarlyText.encode(bytes, 2)).isEqualTo("-_8");
    assertThat(bytes.readableBytes()).isEqualTo(1);
    assertThat(EarlyText.encode(bytes, 2)).isEqualTo("AQ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-_8", "+/8", "-_8=", "+/8=", "+_8="})
  void readsBothAlphabetsPaddedOrNot(String text) {
    assertThat(EarlyText.decode(text)).containsExactly(0xfb, 0xff);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "not, base64", "é", "ab\ncd"})
  void otherTextIsNone(String text) {
    assertThat(EarlyText.decode(text)).isNull();
  }

  /** Vector: RFC 6455, section 1.3. */
  @Test
  void theAnswerToAKeyIsTheStandards() {
    assertThat(UpgradeKey.accept("dGhlIHNhbXBsZSBub25jZQ=="))
        .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assertThat(UpgradeKey.random()).hasSize(24).isNotEqualTo(UpgradeKey.random());
  }
}
