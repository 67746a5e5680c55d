package io.vmessproxy.client.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QuotaTest {
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  /** Vectors: share-links.json, userinfo. */
  @ParameterizedTest
  @CsvSource({
    "upload=1234; download=2234; total=1024000; expire=2218532293, 1234, 2234, 1024000, 2218532293",
    "upload=0;download=5.5e9;total=1.073741824e11, 0, 5500000000, 107374182400,",
    "Upload = 1 ; DOWNLOAD=2; total=0; expire=, 1, 2,,",
    "download=10; junk; total=abc; expire=0, 0, 10,,",
  })
  void readsWhatProvidersSend(
      String header, long upload, long download, @Nullable Long total, @Nullable Long expire) {
    assertThat(Quota.parse(header)).contains(new Quota(upload, download, total, expire));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ";;", "junk", "used=1; left=2", "total=abc; expire=x", "=;=1"})
  void nothingCountedIsNoQuota(String header) {
    assertThat(Quota.parse(header)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-1", "1e9999", "nan", "infinity", "0x10", "1d", "1e-5", "++1", "1.2.3", "٣"})
  void aBadValueIsAsGoodAsNone(String value) {
    assertThat(Quota.parse("upload=7; total=" + value)).contains(new Quota(7, 0, null, null));
  }

  @Test
  void noNumberIsTooLarge() {
    assertThat(Quota.parse("total=1e999; upload=99999999999999999999"))
        .contains(new Quota(Long.MAX_VALUE, 0, Long.MAX_VALUE, null));
    assertThat(Quota.parse("total=1e999").orElseThrow().text(NOW)).isEqualTo("0 of 8 EiB used");
    assertThat(Quota.parse("upload=1;" + "x".repeat(2000))).as("a header beyond reason").isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      textBlock =
          """
          upload=3206933709; download=10000000000; total=107374182400; expire=1798675200 => 12.3 of 100 GiB used, until 2026-12-31
          upload=0; download=512 => 512 B used
          upload=0; download=2048; total=2048 => 2 of 2 KiB used, which is all
          download=1; total=1099511627776; expire=1767225600 => 0 of 1 TiB used, expired 2026-01-01
          download=1048576; expire=99999999999999 => 1 MiB used
          """)
  void saysInWordsWhatIsLeft(String header, String text) {
    assertThat(Quota.parse(header).orElseThrow().text(NOW)).isEqualTo(text);
  }
}
