package io.vmessproxy.client.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MaskedTest {
  @ParameterizedTest
  @CsvSource({
    "27848739-7e62-4138-9fd3-098a63964b6b, 27848739-…-4b6b",
    "278487397e6241389fd3098a63964b6b, 27848739-…-4b6b",
    "27848739-7e62-4138-9fd3-098a63964b6, 27848739…",
    "abcd, ab…",
    "abc, a…",
    "a, …",
    "'', ''",
    "hunter2, hu…",
    "correct horse battery, corre…",
  })
  void cutsSecretsShort(String text, String shown) {
    assertThat(Masked.secret(text)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({
    "a.example.com:443, a.example.com:443",
    "x-27848739-7e62-4138-9fd3-098a63964b6b, x-2784873…",
    "',level=27848739-7e62-4138-9fd3-098a63964b6b', ',level=27848739-…-4b6b'",
    "socks://alice:secret@127.0.0.1:1080, socks://…@127.0.0.1:1080",
    "alice:secret@127.0.0.1:1080, …@127.0.0.1:1080",
  })
  void leavesOutWhatLooksSecretInAPlainValue(String text, String shown) {
    assertThat(Masked.plain(text)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({"200, 60", "61, 60"})
  void cutsLongValues(int length, int shown) {
    assertThat(Masked.plain("x".repeat(length))).isEqualTo("x".repeat(shown) + "…");
  }

  @ParameterizedTest
  @CsvSource({"10", "27", "7"})
  void showsNoControlCharacter(int control) {
    assertThat(Masked.plain("a" + (char) control + "b")).isEqualTo("a?b");
  }
}
